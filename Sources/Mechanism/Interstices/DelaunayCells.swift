import Analysis
import Crystal
import Mathematics

/// Delaunay's tetrahedra of points in a periodic cell: those whose circumscribed sphere contains no other point.
///
/// By gift wrapping: from one tetrahedron across each of its faces to the next. Points of perfect lattices lie on
/// common spheres, such as the six corners of an octahedron in fcc; a displacement by a ten-thousandth of their
/// spacing decides how these are divided. `circumcentres` of the parts still agree.
struct DelaunayCells {
  typealias Corner = IntersticeTopology.Corner

  struct Cell4 {
    /// Four, in canonical images.
    var corners: [Corner]
    /// Å.
    var circumcentre: Vector3
  }

  private struct Neighbour {
    var corner: Corner
    /// From the point whose neighbour it is, Å.
    var vector: Vector3
  }

  /// Every tetrahedron once.
  private(set) var cells: [Cell4] = []
  /// The pairs of tetrahedra on the two sides of each triangle, as the distance of their circumcentres, Å.
  private(set) var faces: [[Corner]: Double] = [:]

  private let cell: Cell
  private let points: [Vector3]
  private let neighbours: [[Neighbour]]
  private let reach_A: Double

  /// - Parameter spacing_A: a typical distance of points.
  /// - Throws: `StructureError` for points that are not finite; `AnalysisError` where the points do not surround a
  ///   tetrahedron.
  init(cell: Cell, points: [Vector3], spacing_A: Double) throws {
    // A sphere as large as this around any place contains a point of all but very open lattices.
    var reach_A = 3 * spacing_A
    while true {
      let attempt = try DelaunayCells(cell, points, spacing_A, reach_A)
      if let attempt {
        self = attempt
        return
      }
      guard reach_A < 12 * spacing_A else { throw AnalysisError.empty(what: "tetrahedra of anions") }
      reach_A *= 1.5
    }
  }

  /// - Returns: nil where a sphere is too large for the reach.
  private init?(_ cell: Cell, _ points: [Vector3], _ spacing_A: Double, _ reach_A: Double) throws {
    var random = SplitMix64(seed: 1)
    func small() -> Double { (Double(random.next() >> 11) * 0x1p-53 - 0.5) * 2e-4 * spacing_A }
    let moved = points.map { $0 + [small(), small(), small()] }
    let pairs = try PeriodicPairs(cell: cell, positions: moved, radius: reach_A)
    var neighbours = [[Neighbour]](repeating: [], count: points.count)
    for i in points.indices {
      pairs.forEach(of: i) { j, image, v in
        neighbours[i].append(Neighbour(corner: Corner(anion: j, image: image), vector: v))
      }
    }
    (self.cell, self.points, self.neighbours, self.reach_A) = (cell, moved, neighbours, reach_A)
    guard let first = firstCell() else { return nil }
    guard wrap(from: first) else { return nil }
  }

  private func position(_ corner: Corner) -> Vector3 {
    points[corner.anion]
      + cell.cartesian([Double(corner.image.x), Double(corner.image.y), Double(corner.image.z)])
  }

  /// The smallest empty sphere through the first point and its nearest neighbour.
  private func firstCell() -> [Corner]? {
    let a = Corner(anion: 0, image: .zero)
    let around = neighbours[0]
    guard let b = around.min(by: { length($0.vector) < length($1.vector) }) else { return nil }
    let third = around.filter { $0.corner != b.corner }.compactMap { c -> (radius: Double, corner: Corner)? in
      guard length(cross(b.vector, c.vector)) > 1e-3 * length(b.vector) * length(c.vector) else { return nil }
      return (length(circumcentre(.zero, b.vector, c.vector)), c.corner)
    }.min { $0.radius < $1.radius }
    guard let third else { return nil }
    let face = [a, b.corner, third.corner]
    return apex(of: face, awayFrom: nil).map { face + [$0] }
  }

  /// The corner that makes the next tetrahedron over a face: of all points on that side the one whose sphere
  /// reaches least beyond the face.
  /// - Parameter other: a point on the other side.
  private func apex(of face: [Corner], awayFrom other: Corner?) -> Corner? {
    let origin = position(face[0])
    let (u, v) = (position(face[1]) - origin, position(face[2]) - origin)
    var normal = cross(u, v)
    normal /= length(normal)
    if let other, dot(position(other) - origin, normal) > 0 { normal = -normal }
    let centre = circumcentre(.zero, u, v)
    let square = dot(centre, centre)
    var best: (beyond: Double, corner: Corner)?
    for neighbour in neighbours[face[0].anion] {
      let d = neighbour.vector - centre
      let height = dot(d, normal)
      // The corners of the face itself have none.
      guard height > 1e-9 else { continue }
      let corner = Corner(anion: neighbour.corner.anion, image: neighbour.corner.image &+ face[0].image)
      guard corner != face[1], corner != face[2] else { continue }
      let beyond = (dot(d, d) - square) / (2 * height)
      if beyond < best?.beyond ?? .infinity { best = (beyond, corner) }
    }
    guard let best else { return nil }
    // A sphere that is larger than the reach may contain points beyond it.
    return 2 * (square + best.beyond * best.beyond).squareRoot() < reach_A ? best.corner : nil
  }

  private func centre(_ corners: [Corner]) -> Vector3 {
    let r = corners.map(position)
    return circumcentre(r[0], r[1], r[2], r[3])
  }

  /// - Returns: false where a face has no tetrahedron on its other side.
  private mutating func wrap(from first: [Corner]) -> Bool {
    let start = IntersticeTopology.canonical(first)
    var known: Set<[Corner]> = [start]
    var open = [start]
    while let corners = open.popLast() {
      let own = centre(corners)
      cells.append(Cell4(corners: corners, circumcentre: own))
      for left in corners.indices {
        var face = corners
        let opposite = face.remove(at: left)
        let name = IntersticeTopology.canonical(face)
        guard faces[name] == nil else { continue }
        guard let next = apex(of: face, awayFrom: opposite) else { return false }
        faces[name] = length(centre(face + [next]) - own)
        let cell = IntersticeTopology.canonical(face + [next])
        if known.insert(cell).inserted { open.append(cell) }
      }
    }
    return true
  }
}
