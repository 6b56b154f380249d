import Decomposition
import Mathematics
import Model
import NEP

/// A neuroevolution potential: no bonds, no charges, one pass over the neighbours of the own atoms.
///
/// The halo extends on all sides by the larger cut-off of the model and the skin. A rank computes the whole energies
/// of its own atoms and returns the forces that they exert on the halo to its owners.
///
/// Of a committee, the mean of the models or the first of them drives the atoms.
final class NEPBackend: ForceBackend {
  /// What drives the atoms.
  private let driving: NeuroevolutionPotential
  /// All models of a committee; nil for one model.
  private let members: NeuroevolutionPotential?
  /// Factor on the forces of the driving models.
  private let factor: Double
  private let modelCount: Int
  /// Nil without an active set.
  private let extrapolation: NEPExtrapolation?
  private let neighbours: FullNeighbourList

  init(_ forces: NEPForces, topology: Topology, settings: ForceSettings) throws {
    func potential(_ models: [NEPModel]) throws -> NeuroevolutionPotential {
      try NeuroevolutionPotential(models, topology: topology, precision: settings.precision)
    }
    modelCount = forces.models.count
    extrapolation = try forces.activeSet.flatMap { activeSet in
      try forces.models.first.map { try NEPExtrapolation($0, activeSet, topology: topology) }
    }
    members = modelCount > 1 ? try potential(forces.models) : nil
    if let members, forces.drive == .mean {
      driving = members
      factor = 1 / Double(modelCount)
    } else {
      driving = try potential(Array(forces.models.prefix(1)))
      factor = 1
    }
    neighbours = FullNeighbourList(range_A: forces.cutoff_A + settings.skin_A, topology: topology)
  }

  var neighbourList: any DomainNeighbourList { neighbours }

  func listsWereBuilt(_ domain: Domain) {}

  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    let atoms = domain.atoms
    var result = ForceResult()
    clock.enter(.halo)
    try domain.beginPositions()
    atoms.force.initialize(repeating: .zero, count: atoms.totalCount)
    while try domain.continuePositions() {}
    result.manyBodies = addForces(domain, clock: clock)
    if wanted.contains(.virial) { result.virial = domain.virialOfAllAtoms }
    clock.enter(.halo)
    try domain.beginForces()
    while try domain.continueForces() {}
    return result
  }

  /// Adds the forces on own and halo atoms, whose positions are up to date.
  /// - Returns: the energy of the own atoms, eV.
  func addForces(_ domain: Domain, clock: PhaseClock) -> Double {
    clock.enter(.manyBodies)
    let atoms = domain.atoms
    neighbours.withRows(count: atoms.count) { rows in
      driving.compute(
        rows, positions: atoms.position, types: atoms.type, forces: [atoms.force], factor: factor)
    }
    return driving.energies_eV.reduce(0, +) * factor
  }

  func extrapolationGrades(_ domain: Domain) -> [Double]? {
    guard let extrapolation else { return nil }
    let atoms = domain.atoms
    let grades = neighbours.withRows(count: atoms.count) {
      extrapolation.grades($0, positions: atoms.position, types: atoms.type)
    }
    return grades ?? [Double](repeating: 0, count: atoms.count)
  }

  func forcesOfMembers(_ domain: Domain) throws -> [[Vector3]] {
    guard let members else { return [] }
    let atoms = domain.atoms
    let arrays = (0..<modelCount).map { _ in
      let array = UnsafeMutablePointer<Vector3>.allocate(capacity: max(atoms.totalCount, 1))
      array.initialize(repeating: .zero, count: atoms.totalCount)
      return array
    }
    defer { for array in arrays { array.deallocate() } }
    neighbours.withRows(count: atoms.count) { rows in
      members.compute(rows, positions: atoms.position, types: atoms.type, forces: arrays)
    }
    return try arrays.map { array in
      atoms.force.update(from: array, count: atoms.totalCount)
      try domain.beginForces()
      while try domain.continueForces() {}
      return Array(UnsafeBufferPointer(start: atoms.force, count: atoms.count))
    }
  }
}
