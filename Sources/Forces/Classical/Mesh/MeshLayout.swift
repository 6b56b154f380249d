/// How a mesh is divided among ranks: parts along a and, of each of them, parts along b; each part has all points along c.
///
/// With one part along b these are slabs, else pencils. Rank = part along a · `alongB` + part along b, so that the ranks
/// of one part along a follow each other. Ranks beyond `rankCount` have no part of the mesh.
package struct MeshLayout: Equatable, Sendable {
  package let alongA: Int
  package let alongB: Int

  /// - Parameters: parts along a and along b, each at least 1.
  package init(alongA: Int, alongB: Int) {
    self.alongA = max(alongA, 1)
    self.alongB = max(alongB, 1)
  }

  /// Ranks that have a part of the mesh.
  package var rankCount: Int { alongA * alongB }
  package var isSlabs: Bool { alongB == 1 }

  /// Which part a rank has along a and along b; nil for one without a part.
  func part(of rank: Int) -> (a: Int, b: Int)? {
    rank < rankCount ? (rank / alongB, rank % alongB) : nil
  }
}

/// A number of points divided into parts as even as possible, in order.
struct EvenPartition {
  let starts: [Int]

  init(total: Int, parts: Int) { starts = (0...parts).map { $0 * total / parts } }

  func range(_ part: Int) -> Range<Int> { starts[part]..<starts[part + 1] }
}
