/// A box of grid points around a rank's charges, in indices that are not wrapped into the cell.
struct MeshRegion: Equatable, BitwiseCopyable {
  var low: SIMD3<Int32>
  var count: SIMD3<Int32>

  var pointCount: Int { Int(count.x) * Int(count.y) * Int(count.z) }
}

/// The part of `total` planes that each rank owns, as even as possible, in rank order.
struct SlabPartition {
  let starts: [Int]

  init(total: Int, ranks: Int) { starts = (0...ranks).map { $0 * total / ranks } }

  func range(_ rank: Int) -> Range<Int> { starts[rank]..<starts[rank + 1] }
}
