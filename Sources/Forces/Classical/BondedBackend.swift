import Decomposition
import Mathematics
import Model

/// The bonds and angles of the classical potential by themselves: the reference of a multiple timestep whose other forces
/// act once a step.
final class BondedBackend: ForceBackend {
  private let terms: MoleculeTerms
  private let lists = NeighbourListGroup([])

  init(_ topology: Topology) {
    // Neither splitting nor tolerance matters without excluded pairs.
    terms = MoleculeTerms(topology, alpha: 0.3, cutoff: ForceEvaluator.smallestCutoff_A, tolerance: 1e-3)
  }

  var neighbourList: any DomainNeighbourList { lists }
  var hasBondedTerms: Bool { true }

  func listsWereBuilt(_ domain: Domain) {
    terms.arrange(domain.molecules.lazy.map { ($0.first, $0.template) })
  }

  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    let atoms = domain.atoms
    var result = ForceResult()
    atoms.force.initialize(repeating: .zero, count: atoms.totalCount)
    guard withBonded else { return result }
    result.bonded = terms.addBonded(positions: atoms.position, forces: atoms.force)
    if wanted.contains(.virial) { result.virial = domain.virialOfAllAtoms }
    return result
  }

  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double {
    terms.addBonded(positions: positions, forces: forces)
  }
}
