/// The neighbours of each own atom, halo atoms and images among them, sorted by type. Each pair of own atoms
/// stands in both rows.
public struct NeighbourRows {
  public let typeCount: Int
  /// Where the neighbours of own atom i of type t begin: `starts[i * typeCount + t]`, and the end of the last.
  public let starts: UnsafePointer<Int32>
  public let atoms: UnsafePointer<Int32>
  /// Own atoms.
  public let count: Int
  /// The most neighbours of any atom.
  public let longest: Int

  public init(
    typeCount: Int, starts: UnsafePointer<Int32>, atoms: UnsafePointer<Int32>, count: Int, longest: Int
  ) {
    self.typeCount = typeCount
    self.starts = starts
    self.atoms = atoms
    self.count = count
    self.longest = longest
  }
}
