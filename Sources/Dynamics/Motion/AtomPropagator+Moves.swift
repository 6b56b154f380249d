import Decomposition
import Mathematics

extension AtomPropagator {
  /// v += F/m · time, under the constraints.
  /// - Parameter forces: eV/Å, one for each own atom.
  func kick(_ time_ps: Double, forces: UnsafePointer<Vector3>) {
    let atoms = domain.atoms
    guard hasConstrained else {
      masses.withUnsafeBufferPointer { masses in
        for i in 0..<atoms.count {
          atoms.velocity[i] += forces[i] * (time_ps / masses[Int(atoms.type[i])])
        }
      }
      return
    }
    for m in domain.molecules.indices {
      let molecule = domain.molecules[m]
      let constraint = constraints[Int(molecule.template)]
      let range = Int(molecule.first)..<Int(molecule.first + molecule.count)
      switch constraint {
      case .flexible, .rotationFixed:
        for i in range { atoms.velocity[i] += forces[i] * (time_ps / masses[Int(atoms.type[i])]) }
        if constraint == .rotationFixed { removeRotation(molecule) }
      case .rigid, .rigidNonRotating:
        let centre = centre(molecule)
        var force = Vector3()
        var torque = Vector3()
        for i in range {
          force += forces[i]
          torque += cross(atoms.position[i] - centre, forces[i])
        }
        let v = centreVelocity(molecule) + force * (time_ps / bodies[Int(molecule.template)].mass)
        if constraint == .rigid { domain.molecules[m].angularMomentum += torque * time_ps }
        setRigidVelocities(m, centre: centre, velocity: v)
      case .frozen: break
      }
    }
  }

  /// r += v · time, in a cell with a strain rate: Ṙ = V + v_g R for the centres of mass R, ḣ = v_g h. The strain does
  /// not act inside a molecule.
  /// - Parameter strainRate: v_g, 1/ps; nil for a cell at rest.
  func drift(_ time_ps: Double, strainRate: Matrix3?) {
    let atoms = domain.atoms
    guard hasConstrained || strainRate != nil else {
      let position = atoms.position
      let velocity = atoms.velocity
      for i in 0..<atoms.count { position[i] += velocity[i] * time_ps }
      return
    }
    let growth = strainRate.map { ($0 * time_ps).exponential } ?? .identity
    let mean = strainRate.map { ($0 * time_ps).exponentialMean * time_ps } ?? Matrix3.identity * time_ps
    for m in domain.molecules.indices {
      let molecule = domain.molecules[m]
      let constraint = constraints[Int(molecule.template)]
      let range = Int(molecule.first)..<Int(molecule.first + molecule.count)
      let old = centre(molecule)
      let v = constraint == .frozen ? .zero : centreVelocity(molecule)
      let new = growth * old + mean * v
      if constraint.isRigid {
        if constraint == .rigid {
          domain.molecules[m].orientation = bodies[Int(molecule.template)].rotated(
            molecule.orientation, momentum: molecule.angularMomentum, time_ps: time_ps)
        }
        setRigidPositions(m, centre: new)
        setRigidVelocities(m, centre: new, velocity: v)
      } else {
        let shift = new - old - v * time_ps
        for i in range { atoms.position[i] += atoms.velocity[i] * time_ps + shift }
      }
    }
    if strainRate != nil { domain.setCell(domain.cell.mapped(by: growth)) }
  }

  /// Strains the cell and the centres of mass in it.
  func strainCentres(by map: Matrix3) {
    for molecule in domain.molecules {
      let old = centre(molecule)
      let shift = map * old - old
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        domain.atoms.position[i] += shift
      }
    }
    domain.setCell(domain.cell.mapped(by: map))
  }

  /// V ← A V for the centres of mass.
  func transformCentres(_ matrix: Matrix3) {
    let atoms = domain.atoms
    for molecule in domain.molecules where constraints[Int(molecule.template)] != .frozen {
      let v = centreVelocity(molecule)
      let change = matrix * v - v
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) { atoms.velocity[i] += change }
    }
  }

  /// Removes the rotation of a molecule: v −= ω × c with ω = J⁻¹ Σ m c × v.
  @inline(__always)
  func removeRotation(_ molecule: OwnedMolecule) {
    let atoms = domain.atoms
    let body = bodies[Int(molecule.template)]
    let rotation = Matrix3(rotation: molecule.orientation)
    let first = Int(molecule.first)
    var momentum = Vector3()
    for k in 0..<Int(molecule.count) {
      momentum += cross(rotation * body.rest[k], atoms.velocity[first + k]) * body.masses[k]
    }
    let spin = body.angularVelocity(momentum, rotation)
    for k in 0..<Int(molecule.count) { atoms.velocity[first + k] -= cross(spin, rotation * body.rest[k]) }
  }

  @inline(__always)
  func setRigidPositions(_ m: Int, centre: Vector3) {
    let molecule = domain.molecules[m]
    let body = bodies[Int(molecule.template)]
    let rotation = Matrix3(rotation: molecule.orientation)
    let first = Int(molecule.first)
    for k in 0..<Int(molecule.count) { domain.atoms.position[first + k] = centre + rotation * body.rest[k] }
  }

  /// Sets the velocities of a rigid molecule's atoms to those of the body.
  @inline(__always)
  func setRigidVelocities(_ m: Int, centre: Vector3, velocity: Vector3) {
    let molecule = domain.molecules[m]
    let atoms = domain.atoms
    let body = bodies[Int(molecule.template)]
    let spin = body.angularVelocity(molecule.angularMomentum, Matrix3(rotation: molecule.orientation))
    let first = Int(molecule.first)
    for k in 0..<Int(molecule.count) {
      atoms.velocity[first + k] = velocity + cross(spin, atoms.position[first + k] - centre)
    }
  }
}
