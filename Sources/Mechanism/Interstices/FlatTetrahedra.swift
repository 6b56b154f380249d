import Mathematics

/// Tetrahedra of Delaunay's triangulation that lie in a plane, but for the noise of the mean places: the four corners
/// of a square window between two holes, such as two cubes of a simple cubic lattice.
struct FlatTetrahedra {
  typealias Corner = IntersticeTopology.Corner

  /// Six times the volume over the cube of the mean edge, below which a tetrahedron is flat: 0.71 for a regular one,
  /// 0.66 in bcc; 0.08 for a square of 7 Å with a corner 0.5 Å out of its plane.
  private static let flattest = 0.15

  private(set) var cells = Set<[Corner]>()
  /// Of the flat ones, and those that they cover on either side.
  private(set) var faces = Set<[Corner]>()
  /// The two edges that cross.
  private(set) var diagonals = Set<[Corner]>()

  init(_ cells: [[Corner]], position: (Corner) -> Vector3) {
    for corners in cells {
      let r = corners.map(position)
      let pairs = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
      func edge(_ pair: (Int, Int)) -> Double { length(r[pair.0] - r[pair.1]) }
      let mean = pairs.reduce(0) { $0 + edge($1.0) + edge($1.1) } / 6
      let volume = abs(dot(r[1] - r[0], cross(r[2] - r[0], r[3] - r[0])))
      guard volume < Self.flattest * mean * mean * mean else { continue }
      self.cells.insert(corners)
      for left in corners.indices {
        var face = corners
        face.remove(at: left)
        faces.insert(IntersticeTopology.canonical(face))
      }
      guard let longest = pairs.max(by: { edge($0.0) + edge($0.1) < edge($1.0) + edge($1.1) }) else {
        continue
      }
      for pair in [longest.0, longest.1] {
        diagonals.insert(IntersticeTopology.canonical([corners[pair.0], corners[pair.1]]))
      }
    }
  }
}
