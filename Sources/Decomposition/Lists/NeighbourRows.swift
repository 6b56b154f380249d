/// The neighbours of each own atom, halo atoms and images among them, sorted by type. A pair of own atoms is
/// in both rows.
package struct NeighbourRows {
  package let typeCount: Int
  /// Where the neighbours of own atom i of type t begin: `starts[i * typeCount + t]`, and the end of the last.
  package let starts: UnsafePointer<Int32>
  package let atoms: UnsafePointer<Int32>
  /// Own atoms.
  package let count: Int
  /// The most neighbours of any atom.
  package let longest: Int

  package init(
    typeCount: Int, starts: UnsafePointer<Int32>, atoms: UnsafePointer<Int32>, count: Int, longest: Int
  ) {
    self.typeCount = typeCount
    self.starts = starts
    self.atoms = atoms
    self.count = count
    self.longest = longest
  }
}
