import Crystal
import Decomposition
import Mathematics
import Model

/// The classical potential with a machine-learned correction: E = E_classical + E_NEP. The long-range Coulomb energy is
/// that of the classical potential, and what is learned is as short-ranged as the model's cut-off.
///
/// Both share the halo and its messages: the positions are sent once, and the sum of the forces returns.
final class CorrectedBackend: ForceBackend {
  private let classical: ClassicalBackend
  private let correction: NEPBackend
  private let lists: NeighbourListGroup

  init(_ classical: ClassicalBackend, _ correction: NEPBackend) {
    self.classical = classical
    self.correction = correction
    lists = NeighbourListGroup([classical.neighbourList, correction.neighbourList])
  }

  var neighbourList: any DomainNeighbourList { lists }
  var hasBondedTerms: Bool { classical.hasBondedTerms }
  var ewald: EwaldParameters? { classical.ewald }
  var meshLayout: MeshLayout? { classical.meshLayout }
  var prunings: Int { classical.prunings }
  var slotCount: Int { classical.slotCount }
  var meshTraffic: (messages: Int, bytes: Int) { classical.meshTraffic }

  func listsWereBuilt(_ domain: Domain) throws {
    try classical.listsWereBuilt(domain)
    correction.listsWereBuilt(domain)
  }

  func setCell(_ cell: Cell) { classical.setCell(cell) }

  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    try classical.evaluate(domain, wanted, withBonded: withBonded, clock: clock) {
      self.correction.addForces(domain, clock: clock)
    }
  }

  func forcesOfMembers(_ domain: Domain) throws -> [[Vector3]] { try correction.forcesOfMembers(domain) }

  func extrapolationGrades(_ domain: Domain) -> [Double]? { correction.extrapolationGrades(domain) }

  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double {
    classical.addBonded(positions: positions, forces: forces)
  }
}
