import Crystal
import Decomposition
import MPI
import Mathematics
import Units

/// Velocities of all ranks' atoms and molecules, and which of them may move.
///
/// Where nothing is held in place, the cell as a whole stands still: its momentum is taken out at every step,
/// because mesh forces do not sum to zero exactly and noise not at all. That takes three degrees of freedom.
///
/// The velocities of a rigid molecule's atoms always are those of the body, so that sums over atoms hold for
/// every kind of molecule.
package final class AtomPropagator {
  let domain: Domain
  /// eV/(Å/ps)², by type.
  let masses: [Double]
  /// By template.
  package let freedoms: [MotionConstraint]
  let bodies: [MoleculeBody]
  /// Whether any kind of molecule is not flexible.
  let hasHeld: Bool
  private let hasFixed: Bool
  package let degreesOfFreedom: Double
  /// Those of the molecules' centres: what a barostat acts on.
  package let translationalDegrees: Double
  private let movingMass: Double
  private let reduction: CombinedReduction
  /// eV, the same on every rank.
  package internal(set) var kineticEnergy = 0.0
  /// Σ M V ⊗ V of the molecules' centres, eV, the same on every rank.
  package internal(set) var translation = Tensor3()

  /// - Parameter freedoms: by formula ("B12H12"), whatever a parameter file calls that molecule; what is not
  ///   named is flexible.
  init(domain: Domain, freedoms named: [String: MotionConstraint]) throws {
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
    freedoms = topology.templates.map { template in
      let elements = template.types.compactMap { name in
        topology.typeNames.firstIndex(of: name).map { topology.elements[$0] }
      }
      let freedom = named[MoleculeKind(elements: elements).name] ?? .flexible
      // A lone atom has nothing to hold but its place.
      return template.atomCount == 1 && freedom != .fixed ? .flexible : freedom
    }
    hasHeld = freedoms.contains { $0.isHeld }

    var all = 0.0
    var centres = 0.0
    var mass = 0.0
    var hasFixed = false
    for template in topology.templateOfMolecule.lazy.map({ Int($0) }) {
      let freedom = freedoms[template]
      let body = bodies[template]
      if freedom == .fixed {
        hasFixed = true
        continue
      }
      mass += body.mass
      centres += 3
      all += body.degrees(freedom)
    }
    self.hasFixed = hasFixed
    movingMass = mass
    degreesOfFreedom = hasFixed ? all : all - 3
    translationalDegrees = hasFixed ? centres : centres - 3
  }

  package var temperature_K: Double { 2 * kineticEnergy / (degreesOfFreedom * Constants.boltzmann) }

  /// Σ m v ⊗ v, eV, over all ranks; of held molecules the motion of the centre alone.
  package func kineticTensor() throws -> Tensor3 {
    let atoms = domain.atoms
    var tensor = Tensor3()
    for molecule in domain.molecules {
      let range = Int(molecule.first)..<Int(molecule.first + molecule.count)
      if freedoms[Int(molecule.template)].isHeld {
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
  struct Settled {
    /// The kinetic energy that went with the momentum, eV.
    var removed_eV: Double
    /// The largest of what each rank gave.
    var displacementSquares: (now: Double, next: Double)
  }

  /// Takes the momentum of the whole out and measures the kinetic energy: the one reduction of a step.
  /// - Parameter displacementSquares: what else every rank wants to know the largest of.
  @discardableResult
  func settle(displacementSquares: (now: Double, next: Double) = (0, 0)) throws -> Settled {
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
    reduction[maximum: 0] = displacementSquares.now
    reduction[maximum: 1] = displacementSquares.next
    try reduction.run()
    func vector(_ first: Int) -> Vector3 {
      [reduction[sum: first], reduction[sum: first + 1], reduction[sum: first + 2]]
    }
    kineticEnergy = reduction[sum: 3]
    translation.x = vector(4)
    translation.y = vector(7)
    translation.z = vector(10)
    var settled = Settled(
      removed_eV: 0, displacementSquares: (reduction[maximum: 0], reduction[maximum: 1]))
    guard !hasFixed, movingMass > 0 else { return settled }
    momentum = vector(0)
    let drift = momentum / movingMass
    for i in 0..<atoms.count { atoms.velocity[i] -= drift }
    let removed = 0.5 * dot(momentum, drift)
    kineticEnergy -= removed
    translation.add(momentum, drift * -1)
    settled.removed_eV = removed
    return settled
  }

  func scale(_ factor: Double) {
    let atoms = domain.atoms
    for i in 0..<atoms.count { atoms.velocity[i] *= factor }
    if hasHeld { for m in domain.molecules.indices { domain.molecules[m].angularMomentum *= factor } }
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
