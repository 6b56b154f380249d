import Decomposition
import Mathematics
import Model
import NEP

/// A neuroevolution potential: no bonds, no charges, one pass over the neighbours of the own atoms.
///
/// The halo extends on all sides by the larger cut-off of the model and the skin. A rank computes the whole energies
/// of its own atoms and returns the forces that they exert on the halo to its owners.
final class NEPBackend: ForceBackend {
  private let potential: NeuroevolutionPotential
  private let neighbours: FullNeighbourList

  init(_ model: NEPModel, topology: Topology, settings: ForceSettings) throws {
    potential = try NeuroevolutionPotential(model, topology: topology, precision: settings.precision)
    neighbours = FullNeighbourList(range_A: settings.listRange_A, topology: topology)
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
    clock.enter(.manyBodies)
    result.manyBodies =
      neighbours.withRows(count: atoms.count) { rows in
        potential.compute(rows, positions: atoms.position, types: atoms.type, forces: atoms.force)
      } ?? 0
    if wanted.contains(.virial) { result.virial = domain.virialOfAllAtoms }
    clock.enter(.halo)
    try domain.beginForces()
    while try domain.continueForces() {}
    return result
  }
}
