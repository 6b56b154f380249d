import Crystal
import Decomposition
import Mathematics

/// What a potential does on one rank, with the atoms and lists of a domain.
protocol ForceBackend: AnyObject {
  /// Takes over lists that have been built anew.
  func adoptLists(_ domain: Domain) throws

  /// Takes over a cell that the lists still serve.
  func setCell(_ cell: Cell)

  /// Writes the forces on the own atoms to `domain.atoms.force`, halo positions brought and halo forces taken home.
  /// - Parameter withBonded: whether bonded terms are among them.
  /// - Returns: energies and virial of this rank.
  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult

  /// Adds the forces of the bonded terms on own atoms.
  /// - Returns: their energy on this rank, eV.
  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double

  /// How often a list has been pruned.
  var prunings: Int { get }
  /// Pairs of atoms that are met in a step, in the cut-off or not.
  var slotCount: Int { get }
  /// Messages and bytes beyond those of the halo that this rank sends in a step.
  var meshTraffic: (messages: Int, bytes: Int) { get }
}

extension Domain {
  /// r ⊗ f over own and halo atoms: before the halo's forces go home, the virial of all that acts between atoms
  /// here, images included.
  var virialOfAll: Tensor3 {
    var virial = Tensor3()
    let centre = self.centre
    for i in 0..<atoms.totalCount { virial.add(atoms.position[i] - centre, atoms.force[i]) }
    return virial
  }
}
