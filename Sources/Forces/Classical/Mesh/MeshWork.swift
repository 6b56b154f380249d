import Crystal
import Mathematics

/// What the busiest rank does for the mesh in a step, counted from the sizes alone: no clock takes part, so that the same
/// ranks always divide the mesh in the same way.
package struct MeshWork: Equatable, Sendable {
  /// That a rank sends.
  package var messages = 0
  package var bytes = 0
  /// Points of a transform along one direction, the mean of the three.
  package var points = 0

  /// Bytes that a network carries in the time that one more message takes: 2 µs at 5 GB/s.
  private static let bytesPerMessage = 10_000
  /// Bytes that it carries while a rank transforms, convolves and transforms back one point: 10 ns.
  private static let bytesPerPoint = 50

  /// In bytes.
  var cost: Int { messages * Self.bytesPerMessage + bytes + points * Self.bytesPerPoint }
}

/// The mesh, the ranks that spread charges on it, and what that takes.
package struct MeshDivision {
  /// Points along a, b and c.
  private let grid: SIMD3<Int>
  private let bricks: SIMD3<Int>
  /// Along each direction, for each brick: the first point of the region that its charges reach, not wrapped, and the
  /// number of points.
  private let regions: [[Range<Int>]]
  /// Bytes of one number.
  private let width: Int

  /// How far the atoms of the largest anions lie out of the brick that holds their centre, Å.
  private static let overhang_A = 3.0

  /// - Parameters:
  ///   - bricks: of the decomposition, along a, b and c; their product is the number of ranks.
  ///   - margin_A: how far atoms may move before the regions are found anew.
  ///   - width: bytes of one number.
  package init(
    _ parameters: EwaldParameters, cell: Cell, bricks: SIMD3<Int>, margin_A: Double, width: Int
  ) {
    let grid = parameters.grid
    self.grid = grid
    self.bricks = bricks
    self.width = width
    let heights = cell.heights
    regions = (0..<3).map { d in
      let n = Double(grid[d])
      let margin = (margin_A + Self.overhang_A) / heights[d] * n
      return (0..<bricks[d]).map { brick in
        let low = n * Double(brick) / Double(bricks[d]) - margin
        let high = n * Double(brick + 1) / Double(bricks[d]) + margin
        return (Int(low.rounded(.down)) - parameters.order + 1)..<(Int(high.rounded(.down)) + 1)
      }
    }
  }

  private var rankCount: Int { bricks.x * bricks.y * bricks.z }

  /// The layout of least cost. Of equal ones that with fewer parts along b: slabs transpose the mesh once, pencils twice.
  package var best: MeshLayout {
    let (mostA, mostB) = (min(rankCount, grid.x), min(rankCount, grid.y))
    let a = (1...mostA).map { Overlap(regions[0], points: grid.x, parts: $0) }
    let b = (1...mostB).map { Overlap(regions[1], points: grid.y, parts: $0) }
    var best = MeshLayout(alongA: 1, alongB: 1)
    var least = Int.max
    for alongB in 1...mostB {
      for alongA in stride(from: min(rankCount / alongB, mostA), through: 1, by: -1) {
        let layout = MeshLayout(alongA: alongA, alongB: alongB)
        let cost = work(of: layout, a[alongA - 1], b[alongB - 1]).cost
        if cost < least {
          least = cost
          best = layout
        }
      }
    }
    return best
  }

  /// What the busiest rank does in a step: an upper bound, which takes the largest of each sum.
  package func work(of layout: MeshLayout) -> MeshWork {
    work(
      of: layout, Overlap(regions[0], points: grid.x, parts: layout.alongA),
      Overlap(regions[1], points: grid.y, parts: layout.alongB))
  }

  private func work(of layout: MeshLayout, _ a: Overlap, _ b: Overlap) -> MeshWork {
    func largest(_ points: Int, _ parts: Int) -> Int { (points + parts - 1) / parts }
    let half = grid.z / 2 + 1
    let planes = largest(grid.x, layout.alongA)
    let rows = largest(grid.y, layout.alongB)
    let columns = largest(grid.y, layout.alongA)
    let depths = largest(half, layout.alongB)
    var result = exchange(a, b)
    // Each transpose there and back, complex numbers.
    result.messages += 2 * (layout.alongB - 1) + 2 * (layout.alongA - 1)
    let first = 2 * width * planes * rows * half
    let second = 2 * width * planes * grid.y * depths
    result.bytes += 2 * (first - first / layout.alongB) + 2 * (second - second / layout.alongA)
    result.points =
      (planes * rows * grid.z + 2 * planes * grid.y * depths + 2 * grid.x * columns * depths) / 3
    return result
  }

  /// Charges to the owners of their points, and the potential back.
  private func exchange(_ a: Overlap, _ b: Overlap) -> MeshWork {
    let lengths = regions[2].map(\.count)
    var result = MeshWork()
    // A brick is as a rule among those that reach the part of its own rank.
    result.messages = max(0, a.owners * b.owners - 1) + max(0, a.bricks * b.bricks * bricks.z - 1)
    result.bytes =
      width * (a.regionPoints * b.regionPoints * (lengths.max() ?? 0))
      + width * (a.partPoints * b.partPoints * lengths.reduce(0, +))
    return result
  }
}

/// How regions and parts of the mesh overlap along one direction; the largest numbers of any.
private struct Overlap {
  /// Parts that one region reaches.
  var owners = 0
  /// Regions that reach one part.
  var bricks = 0
  /// Points of one region.
  var regionPoints = 0
  /// Points of all regions in one part.
  var partPoints = 0

  init(_ regions: [Range<Int>], points n: Int, parts count: Int) {
    let parts = EvenPartition(total: n, parts: count)
    var partOfPoint = [Int](repeating: 0, count: n)
    for part in 0..<count { for point in parts.range(part) { partOfPoint[point] = part } }
    var reaching = [Int](repeating: 0, count: count)
    var inPart = [Int](repeating: 0, count: count)
    var lastRegion = [Int](repeating: -1, count: count)
    for (index, region) in regions.enumerated() {
      var reached = 0
      for point in region {
        let part = partOfPoint[wrapped(point, n)]
        inPart[part] += 1
        guard lastRegion[part] != index else { continue }
        lastRegion[part] = index
        reaching[part] += 1
        reached += 1
      }
      owners = max(owners, reached)
      regionPoints = max(regionPoints, region.count)
    }
    bricks = reaching.max() ?? 0
    partPoints = inPart.max() ?? 0
  }
}

/// The index of a point in the cell.
@inline(__always)
func wrapped(_ i: Int, _ n: Int) -> Int {
  let r = i % n
  return r < 0 ? r + n : r
}
