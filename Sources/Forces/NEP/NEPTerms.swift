import Crystal
import Decomposition
import Mathematics
import Model
import NEP

/// A neuroevolution potential: no bonds, no charges, one pass over the neighbours of the own atoms.
///
/// The halo is as wide as the model's larger cut-off and the skin, on all sides: a rank computes the energies of its
/// own atoms whole, and gives the forces that they exert on the halo back to its owners.
final class NEPTerms: ForceBackend {
  private let potential: NeuroevolutionPotential

  init(_ model: NEPModel, topology: Topology, precision: Precision) throws {
    potential = try NeuroevolutionPotential(model, topology: topology, precision: precision)
  }

  let prunings = 0
  let slotCount = 0
  let meshTraffic = (messages: 0, bytes: 0)

  func adoptLists(_ domain: Domain) {}
  func setCell(_ cell: Cell) {}

  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    let atoms = domain.atoms
    var result = ForceResult()
    clock.enter(.halo)
    try domain.beginPositions()
    atoms.force.update(repeating: .zero, count: atoms.totalCount)
    while try domain.continuePositions() {}
    clock.enter(.manyBodies)
    result.manyBodies =
      domain.neighbours.withRows(count: atoms.count) { rows in
        potential.compute(rows, positions: atoms.position, types: atoms.type, forces: atoms.force)
      } ?? 0
    if wanted.contains(.virial) { result.virial = domain.virialOfAll }
    clock.enter(.halo)
    try domain.beginForces()
    while try domain.continueForces() {}
    return result
  }

  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double { 0 }
}
