/// A box of grid points around a rank's charges, in indices that are not wrapped into the cell.
struct MeshRegion: Equatable, BitwiseCopyable {
  var low: SIMD3<Int32>
  var count: SIMD3<Int32>

  var pointCount: Int { Int(count.x) * Int(count.y) * Int(count.z) }
}

/// What of one rank's region another rank owns: some of its planes along a and, of each, some rows along b.
struct RegionShare {
  /// The rank at the other end.
  let peer: Int
  let region: MeshRegion
  /// Indices in the region.
  let planes: [Int]
  let rows: [Range<Int>]
  /// Where a row lies along c: pieces that are contiguous in the region and in the mesh: first point of the mesh, length,
  /// first point of the region's row.
  let pieces: [(start: Int, count: Int, offset: Int)]
  /// Points of all rows.
  let pointCount: Int

  /// - Parameter owned: planes and rows of the mesh.
  /// - Returns: nil where nothing is shared.
  init?(peer: Int, region: MeshRegion, owned: (planes: Range<Int>, rows: Range<Int>), grid: SIMD3<Int>) {
    planes = (0..<Int(region.count.x)).filter {
      owned.planes.contains(wrapped(Int(region.low.x) + $0, grid.x))
    }
    guard !planes.isEmpty else { return nil }
    var rows: [Range<Int>] = []
    for row in 0..<Int(region.count.y) where owned.rows.contains(wrapped(Int(region.low.y) + row, grid.y)) {
      if let last = rows.last, last.upperBound == row {
        rows[rows.count - 1] = last.lowerBound..<(row + 1)
      } else {
        rows.append(row..<(row + 1))
      }
    }
    guard !rows.isEmpty else { return nil }
    self.peer = peer
    self.region = region
    self.rows = rows
    var pieces: [(start: Int, count: Int, offset: Int)] = []
    var done = 0
    while done < Int(region.count.z) {
      let start = wrapped(Int(region.low.z) + done, grid.z)
      let count = min(Int(region.count.z) - done, grid.z - start)
      pieces.append((start, count, done))
      done += count
    }
    self.pieces = pieces
    pointCount = planes.count * rows.reduce(0) { $0 + $1.count } * Int(region.count.z)
  }
}
