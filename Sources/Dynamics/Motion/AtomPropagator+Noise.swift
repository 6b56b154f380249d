import Crystal
import Decomposition
import Mathematics
import Units

extension AtomPropagator {
  /// v ← decay · v + √(1 − decay²) · thermal noise, for everything that may move.
  /// - Returns: the kinetic energy that came in, eV: this rank's share.
  func thermalise(
    decay: Double, thermalEnergy_eV: Double, random: CounterRandom, purpose: CounterRandom.Purpose,
    step: Int64
  ) -> Double {
    let atoms = domain.atoms
    let spread = ((1 - decay * decay) * thermalEnergy_eV).squareRoot()
    var heat = 0.0
    for m in domain.molecules.indices {
      let molecule = domain.molecules[m]
      let freedom = freedoms[Int(molecule.template)]
      guard freedom != .fixed else { continue }
      let before = kineticEnergy(of: molecule)
      if freedom.isRigid {
        thermaliseBody(m, decay, spread, random, purpose, step)
      } else {
        for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
          let noise = random.normal3(purpose, id: atoms.id[i], step: step)
          atoms.velocity[i] =
            atoms.velocity[i] * decay + noise * (spread / masses[Int(atoms.type[i])].squareRoot())
        }
        if freedom == .unturning { stopTurning(molecule) }
      }
      heat += kineticEnergy(of: molecule) - before
    }
    return heat
  }

  /// The numbers of a body's first atom move its centre, those of its second one turn it.
  private func thermaliseBody(
    _ m: Int, _ decay: Double, _ spread: Double, _ random: CounterRandom, _ purpose: CounterRandom.Purpose,
    _ step: Int64
  ) {
    let molecule = domain.molecules[m]
    let body = bodies[Int(molecule.template)]
    let id = domain.atoms.id[Int(molecule.first)]
    let push = random.normal3(purpose, id: id, step: step) * (spread / body.mass.squareRoot())
    if freedoms[Int(molecule.template)] == .rigid {
      let turn = Matrix3(rotation: molecule.orientation)
      let twist = random.normal3(purpose, id: id + 1, step: step) * body.inertia.squareRoot() * spread
      domain.molecules[m].angularMomentum = molecule.angularMomentum * decay + turn * twist
    }
    setRigidVelocities(m, centre: centre(molecule), velocity: centreVelocity(molecule) * decay + push)
  }

  private func kineticEnergy(of molecule: OwnedMolecule) -> Double {
    var sum = 0.0
    for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
      let v = domain.atoms.velocity[i]
      sum += 0.5 * masses[Int(domain.atoms.type[i])] * dot(v, v)
    }
    return sum
  }

  /// Maxwell velocities by atom id, brought to the temperature exactly.
  func draw(temperature_K: Double, seed: UInt64) throws {
    domain.atoms.velocity.update(repeating: .zero, count: domain.atoms.count)
    for m in domain.molecules.indices { domain.molecules[m].angularMomentum = .zero }
    _ = thermalise(
      decay: 0, thermalEnergy_eV: Constants.boltzmann * temperature_K, random: CounterRandom(seed: seed),
      purpose: .velocity, step: 0)
    try settle()
    if kineticEnergy > 0 {
      scale((0.5 * degreesOfFreedom * Constants.boltzmann * temperature_K / kineticEnergy).squareRoot())
    }
  }

  /// Makes positions and velocities those of the freedoms: rigid molecules take their rest geometry where
  /// they stand, held ones stop; what else moves goes on.
  func adopt() throws {
    let atoms = domain.atoms
    for m in domain.molecules.indices {
      let molecule = domain.molecules[m]
      let freedom = freedoms[Int(molecule.template)]
      let first = Int(molecule.first)
      let count = Int(molecule.count)
      guard freedom.isHeld else { continue }
      let body = bodies[Int(molecule.template)]
      let centre = centre(molecule)
      let velocity = centreVelocity(molecule)
      var momentum = Vector3()
      for k in 0..<count {
        momentum += cross(atoms.position[first + k] - centre, atoms.velocity[first + k]) * body.masses[k]
      }
      if freedom != .fixed {
        domain.molecules[m].orientation = OrientationFit.turn(
          (0..<count).map { atoms.position[first + $0] - centre }, to: body.rest, weights: body.masses)
      }
      domain.molecules[m].angularMomentum = freedom == .rigid ? momentum : .zero
      switch freedom {
      case .fixed: for k in 0..<count { atoms.velocity[first + k] = .zero }
      case .unturning: stopTurning(domain.molecules[m])
      default:
        setRigidPositions(m, centre: centre)
        setRigidVelocities(m, centre: centre, velocity: velocity)
      }
    }
    try settle()
  }
}
