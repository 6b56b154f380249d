import Crystal
import Decomposition
import Mathematics
import Units

extension AtomPropagator {
  /// v ← decay · v + √(1 − decay²) · thermal noise, under the constraints.
  /// - Returns: kinetic energy that was added on this rank, eV.
  func thermalise(
    decay: Double, thermalEnergy_eV: Double, random: CounterRandom, purpose: CounterRandom.Purpose,
    step: Int64
  ) -> Double {
    let atoms = domain.atoms
    let spread = ((1 - decay * decay) * thermalEnergy_eV).squareRoot()
    var heat = 0.0
    for m in domain.molecules.indices {
      let molecule = domain.molecules[m]
      let constraint = constraints[Int(molecule.template)]
      guard constraint != .frozen else { continue }
      let before = kineticEnergy(of: molecule)
      if constraint.isRigid {
        thermaliseBody(m, decay, spread, random, purpose, step)
      } else {
        for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
          let noise = random.normal3(purpose, id: atoms.id[i], step: step)
          atoms.velocity[i] =
            atoms.velocity[i] * decay + noise * (spread / masses[Int(atoms.type[i])].squareRoot())
        }
        if constraint == .rotationFixed { removeRotation(molecule) }
      }
      heat += kineticEnergy(of: molecule) - before
    }
    return heat
  }

  /// The random numbers of the first atom of a body move its centre, those of the second rotate it.
  private func thermaliseBody(
    _ m: Int, _ decay: Double, _ spread: Double, _ random: CounterRandom, _ purpose: CounterRandom.Purpose,
    _ step: Int64
  ) {
    let molecule = domain.molecules[m]
    let body = bodies[Int(molecule.template)]
    let id = domain.atoms.id[Int(molecule.first)]
    let push = random.normal3(purpose, id: id, step: step) * (spread / body.mass.squareRoot())
    if constraints[Int(molecule.template)] == .rigid {
      let rotation = Matrix3(rotation: molecule.orientation)
      let twist = random.normal3(purpose, id: id + 1, step: step) * body.inertia.squareRoot() * spread
      domain.molecules[m].angularMomentum = molecule.angularMomentum * decay + rotation * twist
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

  /// Draws Maxwell velocities by atom id, and scales them to the exact temperature.
  func draw(temperature_K: Double, seed: UInt64) throws {
    domain.atoms.velocity.update(repeating: .zero, count: domain.atoms.count)
    for m in domain.molecules.indices { domain.molecules[m].angularMomentum = .zero }
    _ = thermalise(
      decay: 0, thermalEnergy_eV: Constants.boltzmann * temperature_K, random: CounterRandom(seed: seed),
      purpose: .velocity, step: 0)
    try removeMomentumAndReduce()
    if kineticEnergy > 0 {
      scale((0.5 * degreesOfFreedom * Constants.boltzmann * temperature_K / kineticEnergy).squareRoot())
    }
  }

  /// Makes positions and velocities satisfy the constraints: rigid molecules take their rest geometry in place, frozen
  /// ones stop; all others keep moving.
  func enforceConstraints() throws {
    let atoms = domain.atoms
    for m in domain.molecules.indices {
      let molecule = domain.molecules[m]
      let constraint = constraints[Int(molecule.template)]
      let first = Int(molecule.first)
      let count = Int(molecule.count)
      guard constraint.isConstrained else { continue }
      let body = bodies[Int(molecule.template)]
      let centre = centre(molecule)
      let velocity = centreVelocity(molecule)
      var momentum = Vector3()
      for k in 0..<count {
        momentum += cross(atoms.position[first + k] - centre, atoms.velocity[first + k]) * body.masses[k]
      }
      if constraint != .frozen {
        domain.molecules[m].orientation = OrientationFit.turn(
          (0..<count).map { atoms.position[first + $0] - centre }, to: body.rest, weights: body.masses)
      }
      domain.molecules[m].angularMomentum = constraint == .rigid ? momentum : .zero
      switch constraint {
      case .frozen: for k in 0..<count { atoms.velocity[first + k] = .zero }
      case .rotationFixed: removeRotation(domain.molecules[m])
      default:
        setRigidPositions(m, centre: centre)
        setRigidVelocities(m, centre: centre, velocity: velocity)
      }
    }
    try removeMomentumAndReduce()
  }
}
