import Crystal
import Decomposition
import Forces
import MPI
import Mathematics
import Units

/// Propagates the atoms and molecules of this rank under their constraints.
///
/// Unless a kind of molecule is frozen, the momentum of the cell is removed at every step, because mesh forces do not sum
/// to zero exactly and noise does not at all. That takes three degrees of freedom.
///
/// The velocities of a rigid molecule's atoms are always those of the body, so that sums over atoms are valid for every
/// kind of molecule.
package final class AtomPropagator {
  let domain: Domain
  /// eV/(Å/ps)², by type.
  let masses: [Double]
  /// By template.
  package let constraints: [MotionConstraint]
  let bodies: [MoleculeBody]
  /// Whether any kind of molecule is not flexible.
  let hasConstrained: Bool
  private let hasFrozen: Bool
  package let degreesOfFreedom: Double
  /// Degrees of freedom of the centres of mass, which a barostat acts on.
  package let translationalDegrees: Double
  private let movingMass: Double
  private let reduction: CombinedReduction
  /// eV, the same on every rank.
  package internal(set) var kineticEnergy = 0.0
  /// Σ M V ⊗ V of the centres of mass, eV, the same on every rank.
  package internal(set) var translation = Tensor3()

  /// - Parameter constraints: by formula ("B12H12"), whatever a parameter file calls that molecule; all others are
  ///   flexible.
  init(domain: Domain, constraints named: [String: MotionConstraint]) throws {
    self.domain = domain
    reduction = try CombinedReduction(domain.communicator, sums: 13, maxima: 2)
    let topology = domain.topology
    masses = topology.masses_amu.map { $0 * Constants.massVelocity }
    let masses = self.masses
    bodies = topology.templates.indices.map { template in
      MoleculeBody(
        masses: topology.templates[template].types.map { name in
          topology.typeNames.firstIndex(of: name).map { masses[$0] } ?? 0
        }, positions: topology.restGeometries[template])
    }
    constraints = topology.templates.map { template in
      let elements = template.types.compactMap { name in
        topology.typeNames.firstIndex(of: name).map { topology.elements[$0] }
      }
      let constraint = named[MoleculeKind(elements: elements).name] ?? .flexible
      // A single atom can only be frozen.
      return template.atomCount == 1 && constraint != .frozen ? .flexible : constraint
    }
    hasConstrained = constraints.contains { $0.isConstrained }

    var all = 0.0
    var centres = 0.0
    var mass = 0.0
    var hasFrozen = false
    for template in topology.templateOfMolecule.lazy.map({ Int($0) }) {
      let constraint = constraints[template]
      let body = bodies[template]
      if constraint == .frozen {
        hasFrozen = true
        continue
      }
      mass += body.mass
      centres += 3
      all += body.degrees(constraint)
    }
    self.hasFrozen = hasFrozen
    movingMass = mass
    degreesOfFreedom = hasFrozen ? all : all - 3
    translationalDegrees = hasFrozen ? centres : centres - 3
  }

  package var temperature_K: Double { 2 * kineticEnergy / (degreesOfFreedom * Constants.boltzmann) }

  /// Σ m v ⊗ v, eV, over all ranks; of constrained molecules that of the centre of mass alone.
  package func kineticTensor() throws -> Tensor3 {
    let atoms = domain.atoms
    var tensor = Tensor3()
    for molecule in domain.molecules {
      let range = Int(molecule.first)..<Int(molecule.first + molecule.count)
      if constraints[Int(molecule.template)].isConstrained {
        let v = centreVelocity(molecule)
        tensor.add(v, v * bodies[Int(molecule.template)].mass)
      } else {
        for i in range {
          let v = atoms.velocity[i]
          tensor.add(v, v * masses[Int(atoms.type[i])])
        }
      }
    }
    var sums = tensor.elements
    try domain.communicator.reduce(&sums, .sum)
    return Tensor3(sums[0..<9])
  }

  /// What all ranks know at the end of a step.
  struct StepReduction {
    /// Kinetic energy that was removed with the momentum, eV.
    var removed_eV: Double
    /// Over all ranks.
    var displacements: SquaredDisplacements
  }

  /// Removes the momentum of the cell and measures the kinetic energy, in one reduction.
  /// - Parameter displacements: those of this rank.
  @discardableResult
  func removeMomentumAndReduce(
    _ displacements: SquaredDisplacements = SquaredDisplacements(now: 0, next: 0)
  ) throws -> StepReduction {
    let atoms = domain.atoms
    var momentum = Vector3()
    var energy = 0.0
    var centres = Tensor3()
    for molecule in domain.molecules {
      var carried = Vector3()
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        let v = atoms.velocity[i]
        let mv = v * masses[Int(atoms.type[i])]
        carried += mv
        energy += 0.5 * dot(mv, v)
      }
      momentum += carried
      centres.add(carried, carried / bodies[Int(molecule.template)].mass)
    }
    for k in 0..<3 {
      reduction[sum: k] = momentum[k]
      reduction[sum: 4 + k] = centres.x[k]
      reduction[sum: 7 + k] = centres.y[k]
      reduction[sum: 10 + k] = centres.z[k]
    }
    reduction[sum: 3] = energy
    reduction[maximum: 0] = displacements.now
    reduction[maximum: 1] = displacements.next
    try reduction.run()
    func vector(_ first: Int) -> Vector3 {
      [reduction[sum: first], reduction[sum: first + 1], reduction[sum: first + 2]]
    }
    kineticEnergy = reduction[sum: 3]
    translation.x = vector(4)
    translation.y = vector(7)
    translation.z = vector(10)
    var result = StepReduction(
      removed_eV: 0,
      displacements: SquaredDisplacements(now: reduction[maximum: 0], next: reduction[maximum: 1]))
    guard !hasFrozen, movingMass > 0 else { return result }
    momentum = vector(0)
    let drift = momentum / movingMass
    for i in 0..<atoms.count { atoms.velocity[i] -= drift }
    let removed = 0.5 * dot(momentum, drift)
    kineticEnergy -= removed
    translation.add(momentum, drift * -1)
    result.removed_eV = removed
    return result
  }

  func scale(_ factor: Double) {
    let atoms = domain.atoms
    for i in 0..<atoms.count { atoms.velocity[i] *= factor }
    if hasConstrained { for m in domain.molecules.indices { domain.molecules[m].angularMomentum *= factor } }
    kineticEnergy *= factor * factor
    translation.x *= factor * factor
    translation.y *= factor * factor
    translation.z *= factor * factor
  }

  @inline(__always)
  func centreVelocity(_ molecule: OwnedMolecule) -> Vector3 { massMean(domain.atoms.velocity, molecule) }

  /// Centre of mass, Å.
  @inline(__always)
  func centre(_ molecule: OwnedMolecule) -> Vector3 { massMean(domain.atoms.position, molecule) }

  @inline(__always)
  private func massMean(_ vectors: UnsafePointer<Vector3>, _ molecule: OwnedMolecule) -> Vector3 {
    let first = Int(molecule.first)
    if molecule.count == 1 { return vectors[first] }
    let body = bodies[Int(molecule.template)]
    var sum = Vector3()
    for k in 0..<Int(molecule.count) { sum += vectors[first + k] * body.masses[k] }
    return sum / body.mass
  }
}
