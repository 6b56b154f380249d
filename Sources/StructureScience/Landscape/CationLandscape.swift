import Mathematics
import Model
import Units

/// The energy of one cation around one isolated anion: open boundaries, Coulomb interactions without cutoff, the pairs and
/// bonds of a force field (observable 16; Kweon et al., Chem. Mater. 29, 9142 (2017), Fig. 4).
///
/// Directions are in the frame of the anion, whose centre of mass is the origin. *Rigid*: the anion keeps the geometry of
/// the isolated one. *Relaxed*: its atoms are at the energy minimum for the position of the cation, but the anion does not
/// translate or rotate as a whole.
package struct CationLandscape {
  /// The energy minimum in one direction.
  package struct Point: Sendable {
    package var direction: Vector3
    package var distance_A: Double
    /// Relative to anion and cation far apart, eV.
    package var energy_eV: Double
  }

  package let kind: String
  package let cation: String
  /// Positions of the isolated anion's atoms about its centre of mass, Å.
  package let geometry: [Vector3]
  package let elements: [String]
  private let bonded: BondedTerms
  private let chargeProducts: [Double]
  private let pairs: [PairParameters]
  private let restEnergy_eV: Double

  /// - Parameters:
  ///   - positions: of a molecule of the anion's kind, Å.
  ///   - elements: of its atoms.
  /// - Throws: `PotentialError` for an ion or pair without parameters in the force field.
  package init(
    positions: [Vector3], elements: [String], cation: String, forceField: ForceFieldFile
  ) throws {
    kind = try forceField.molecule(of: elements[...])
    self.elements = elements
    self.cation = cation
    let cationKind = try forceField.molecule(of: [cation])
    guard let molecule = forceField.molecules[kind],
      let ion = forceField.molecules[cationKind]?.types[cation].flatMap({ forceField.types[$0] }),
      let ionName = forceField.molecules[cationKind]?.types[cation]
    else { throw PotentialError("\(forceField.name) has no \(kind) or no \(cation)") }
    let types = elements.map { molecule.types[$0] ?? "" }
    let template = try MoleculeTemplate(
      kind: kind, types: types, positions: positions, forceField: forceField)
    bonded = BondedTerms(templates: [template])
    let masses = types.map { forceField.types[$0]?.mass_amu ?? 0 }
    let rest = bonded.restGeometry(template: 0, start: positions)
    let centre =
      zip(rest, masses).reduce(Vector3()) { $0 + $1.0 * $1.1 } / masses.reduce(0, +)
    geometry = rest.map { $0 - centre }
    chargeProducts = types.map {
      Constants.coulomb * (forceField.types[$0]?.charge_e ?? 0) * ion.charge_e
    }
    pairs = try types.map { type in
      guard
        let pair = forceField.pairs.first(where: {
          $0.types == [type, ionName] || $0.types == [ionName, type]
        })
      else { throw PotentialError("\(forceField.name) has no pair \(type)-\(ionName)") }
      return PairParameters(A_eV: pair.A_eV, rho_A: pair.rho_A, C_eVA6: pair.C_eVA6)
    }
    restEnergy_eV = Self.bondedEnergy(bonded, geometry)
  }

  private static func bondedEnergy(_ bonded: BondedTerms, _ atoms: [Vector3]) -> Double {
    var forces = [Vector3](repeating: .zero, count: atoms.count)
    return atoms.withUnsafeBufferPointer { r in
      forces.withUnsafeMutableBufferPointer { f in
        guard let r = r.baseAddress, let f = f.baseAddress else { return 0 }
        return bonded.add(template: 0, positions: r, forces: f)
      }
    }
  }

  /// The energy with the rigid anion, eV.
  package func rigidEnergy(_ cation: Vector3) -> Double {
    var forces = [Vector3](repeating: .zero, count: geometry.count)
    return interaction(geometry, cation, &forces)
  }

  /// Energy between the cation and the anion's atoms, eV; adds the forces on the atoms.
  private func interaction(_ atoms: [Vector3], _ cation: Vector3, _ forces: inout [Vector3]) -> Double {
    var energy = 0.0
    for i in atoms.indices {
      let d = atoms[i] - cation
      let r = length(d)
      let p = pairs[i]
      let repulsion = p.A_eV * exponential(-r / p.rho_A)
      let dispersion = p.C_eVA6 / (r * r * r * r * r * r)
      energy += chargeProducts[i] / r + repulsion - dispersion
      let slope = -chargeProducts[i] / (r * r) - repulsion / p.rho_A + 6 * dispersion / r
      forces[i] -= d * (slope / r)
    }
    return energy
  }

  /// The minimum in a direction with the rigid anion: the outermost one between 8 Å and 1.5 Å, by steps of 0.05 Å and then
  /// by ternary search.
  package func rigidPoint(_ direction: Vector3) -> Point {
    func energy(_ r: Double) -> Double { rigidEnergy(direction * r) }
    var r = 8.0
    var last = energy(r)
    while r > 1.5 {
      let next = energy(r - 0.05)
      if next > last { break }
      last = next
      r -= 0.05
    }
    var (low, high) = (r - 0.05, r + 0.05)
    while high - low > 1e-6 {
      let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
      if energy(a) < energy(b) { high = b } else { low = a }
    }
    return Point(direction: direction, distance_A: (low + high) / 2, energy_eV: energy((low + high) / 2))
  }

  /// The minimum in a direction with the relaxed anion, by FIRE from that with the rigid one.
  package func relaxedPoint(_ direction: Vector3) -> Point {
    relaxed(direction, from: rigidPoint(direction).distance_A, isDistanceFree: true)
  }

  /// The energy at a distance with the relaxed anion.
  package func relaxedPoint(_ direction: Vector3, distance_A: Double) -> Point {
    relaxed(direction, from: distance_A, isDistanceFree: false)
  }

  private func relaxed(_ direction: Vector3, from start_A: Double, isDistanceFree: Bool) -> Point {
    var atoms = geometry
    var distance = start_A
    var velocity = [Vector3](repeating: .zero, count: atoms.count)
    var distanceVelocity = 0.0
    var energy = 0.0
    var step = FireStep()
    for _ in 0..<5000 {
      var forces = [Vector3](repeating: .zero, count: atoms.count)
      let cation = direction * distance
      energy = interaction(atoms, cation, &forces)
      // Newton's third law.
      let onCation = forces.reduce(Vector3()) { $0 - $1 }
      atoms.withUnsafeBufferPointer { r in
        forces.withUnsafeMutableBufferPointer { f in
          if let r = r.baseAddress, let f = f.baseAddress {
            energy += bonded.add(template: 0, positions: r, forces: f)
          }
        }
      }
      Self.removeRigidMotion(from: &forces, geometry)
      let pull = isDistanceFree ? dot(onCation, direction) : 0
      let square = forces.reduce(pull * pull) { $0 + dot($1, $1) }
      if square < 1e-14 { break }
      let power = zip(forces, velocity).reduce(pull * distanceVelocity) { $0 + dot($1.0, $1.1) }
      if let mixing = step.update(power: power) {
        let speed = velocity.reduce(distanceVelocity * distanceVelocity) { $0 + dot($1, $1) }
        let turn = mixing * (speed / square).squareRoot()
        for i in velocity.indices { velocity[i] = velocity[i] * (1 - mixing) + forces[i] * turn }
        distanceVelocity = distanceVelocity * (1 - mixing) + pull * turn
      } else {
        for i in velocity.indices { velocity[i] = .zero }
        distanceVelocity = 0
      }
      for i in atoms.indices {
        velocity[i] += forces[i] * step.dt
        atoms[i] += velocity[i] * step.dt
      }
      distanceVelocity += pull * step.dt
      distance += max(-0.05, min(0.05, distanceVelocity * step.dt))
    }
    return Point(direction: direction, distance_A: distance, energy_eV: energy - restEnergy_eV)
  }

  /// Subtracts the part of the forces that translates or rotates the atoms as a whole, with equal weights and the geometry of
  /// the isolated anion as reference: Eckart's conditions, which are linear, so that the minimum does not depend on the path.
  private static func removeRigidMotion(from forces: inout [Vector3], _ atoms: [Vector3]) {
    let count = Double(atoms.count)
    let mean = forces.reduce(Vector3(), +) / count
    let centre = atoms.reduce(Vector3(), +) / count
    var inertia = [Vector3](repeating: .zero, count: 3)
    var torque = Vector3()
    for i in atoms.indices {
      forces[i] -= mean
      let r = atoms[i] - centre
      torque += cross(r, forces[i])
      let square = dot(r, r)
      for k in 0..<3 {
        var row = r * (-r[k])
        row[k] += square
        inertia[k] += row
      }
    }
    // A linear molecule has no moment of inertia and no torque about its axis.
    for k in 0..<3 { inertia[k][k] += 1e-9 }
    let determinant = dot(inertia[0], cross(inertia[1], inertia[2]))
    let turn =
      (cross(inertia[1], inertia[2]) * torque.x + cross(inertia[2], inertia[0]) * torque.y
        + cross(inertia[0], inertia[1]) * torque.z) / determinant
    for i in atoms.indices { forces[i] -= cross(turn, atoms[i] - centre) }
  }
}
