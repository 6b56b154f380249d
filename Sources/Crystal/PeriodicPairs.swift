/// Pairs of points near each other in a periodic cell, for a radius of any size against the cell: the
/// search runs over as many images as the radius reaches. Not for hot loops.
public struct PeriodicPairs {
  public let cell: Cell
  public let positions: [Vector3]
  private let binCounts: SIMD3<Int>
  private let reach: SIMD3<Int>
  private let radius: Double
  /// Which cell each atom's position lies in: `positions[i]` is its wrapped position plus that shift.
  private let home: [SIMD3<Int>]
  private let bins: [[Int]]

  /// - Throws: `StructureError.notFinite`.
  public init(cell: Cell, positions: [Vector3], radius: Double) throws {
    self.cell = cell
    self.positions = positions
    self.radius = radius
    let heights = cell.heights
    var counts = SIMD3<Int>(repeating: 1)
    var reach = SIMD3<Int>(repeating: 1)
    // More bins than about one atom each would only cost memory.
    let most = max(1, Int(Double(positions.count).squareRoot()))
    for k in 0..<3 {
      counts[k] = max(1, min(most, Int(min(heights[k] / radius, 1e6))))
      reach[k] = Int((radius / (heights[k] / Double(counts[k]))).rounded(.up))
    }
    binCounts = counts
    self.reach = reach
    var home: [SIMD3<Int>] = []
    var bins = [[Int]](repeating: [], count: counts.x * counts.y * counts.z)
    for (i, r) in positions.enumerated() {
      let s = cell.fractional(r)
      guard abs(s.x) < 1e9, abs(s.y) < 1e9, abs(s.z) < 1e9 else { throw StructureError.notFinite(atom: i) }
      let image = s.rounded(.down)
      home.append([Int(image.x), Int(image.y), Int(image.z)])
      var index = 0
      for k in 0..<3 {
        index = index * counts[k] + min(counts[k] - 1, Int((s[k] - image[k]) * Double(counts[k])))
      }
      bins[index].append(i)
    }
    self.home = home
    self.bins = bins
  }

  /// Calls `body(i, j, image, vector)` for each ordered pair within the radius: `vector` goes from atom i
  /// to atom j moved by `image` cells. The pair of an atom with itself in its own cell is left out.
  public func forEach(
    of i: Int, _ body: (_ j: Int, _ image: SIMD3<Int>, _ vector: Vector3) throws -> Void
  ) rethrows {
    let s = cell.fractional(positions[i])
    var base = SIMD3<Int>()
    for k in 0..<3 {
      let inside = s[k] - Double(home[i][k])
      base[k] = min(binCounts[k] - 1, Int(inside * Double(binCounts[k])))
    }
    for x in -reach.x...reach.x {
      for y in -reach.y...reach.y {
        for z in -reach.z...reach.z {
          let bin = base &+ SIMD3(x, y, z)
          var shift = SIMD3<Int>()
          var index = 0
          for k in 0..<3 {
            shift[k] = Int((Double(bin[k]) / Double(binCounts[k])).rounded(.down))
            index = index * binCounts[k] + bin[k] - shift[k] * binCounts[k]
          }
          for j in bins[index] {
            let image = shift &+ home[i] &- home[j]
            if i == j && image == SIMD3<Int>() { continue }
            let v =
              positions[j] - positions[i]
              + cell.cartesian([Double(image.x), Double(image.y), Double(image.z)])
            if dot(v, v) <= radius * radius { try body(j, image, v) }
          }
        }
      }
    }
  }
}
