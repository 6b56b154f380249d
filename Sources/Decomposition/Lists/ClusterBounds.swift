import CEngine
import Mathematics

/// Bounding boxes of clusters and half clusters, in single precision about the brick's centre; tests allow for its
/// rounding.
final class ClusterBounds {
  struct Box: BitwiseCopyable {
    var low = SIMD4<Float>(repeating: .infinity)
    var high = SIMD4<Float>(repeating: -.infinity)

    var isEmpty: Bool { low.x > high.x }

    @inline(__always)
    mutating func include(_ low: SIMD4<Float>, _ high: SIMD4<Float>) {
      // `pointwiseMin` compiles to a call.
      self.low = self.low.replacing(with: low, where: low .< self.low)
      self.high = self.high.replacing(with: high, where: high .> self.high)
    }
  }

  /// Boxes of whole clusters, one array for each side, so that sixteen are tested at once.
  struct Sides {
    let low: (x: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>)
    let high: (x: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>)

    /// Which of the sixteen clusters from `first` on come within √`limit` of a box, bit by bit.
    @inline(__always)
    func near(_ box: Box, _ first: Int, limit: Float) -> UInt32 {
      let x = gap(low.x + first, high.x + first, box.low.x, box.high.x)
      let y = gap(low.y + first, high.y + first, box.low.y, box.high.y)
      let z = gap(low.z + first, high.z + first, box.low.z, box.high.z)
      return pw_bits_below((x * x).addingProduct(y, y).addingProduct(z, z), limit)
    }

    @inline(__always)
    private func gap(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>, _ from: Float, _ to: Float)
      -> SIMD16<Float>
    {
      let above = UnsafeRawPointer(low).loadUnaligned(as: SIMD16<Float>.self) - to
      let below = from - UnsafeRawPointer(high).loadUnaligned(as: SIMD16<Float>.self)
      let gap = above.replacing(with: below, where: above .< below)
      return gap.replacing(with: 0, where: gap .< 0)
    }
  }

  /// Rounding of single-precision coordinates a few hundred Å from the centre, Å.
  static let slack: Float = 1e-3

  private(set) var origin = Vector3()
  private(set) var halves: [Box] = []
  /// `[low x, y, z, high x, y, z][row]`, padded to sixteen from the last cluster on.
  private var storage = UnsafeMutablePointer<Float>.allocate(capacity: 1)
  private var capacity = 1
  private var row = 0

  deinit { storage.deallocate() }

  func measure(_ atomOfSlot: [Int32], _ position: UnsafePointer<Vector3>, centre: Vector3) {
    origin = centre
    let clusterCount = atomOfSlot.count / 8
    halves.removeAll(keepingCapacity: true)
    halves.reserveCapacity(2 * clusterCount)
    row = clusterCount + 16
    if 6 * row > capacity {
      storage.deallocate()
      capacity = 6 * row + row / 2
      storage = .allocate(capacity: capacity)
    }
    storage.initialize(repeating: 0, count: 6 * row)
    atomOfSlot.withUnsafeBufferPointer { slots in
      for cluster in 0..<clusterCount {
        let first = box(slots, 8 * cluster, position)
        let second = box(slots, 8 * cluster + 4, position)
        halves.append(first)
        halves.append(second)
        var both = first
        both.include(second.low, second.high)
        for k in 0..<3 {
          storage[k * row + cluster] = both.low[k]
          storage[(k + 3) * row + cluster] = both.high[k]
        }
      }
    }
  }

  /// The sides of the whole clusters; valid until the next `measure`.
  var sides: Sides {
    Sides(
      low: (storage, storage + row, storage + 2 * row),
      high: (storage + 3 * row, storage + 4 * row, storage + 5 * row))
  }

  @inline(__always)
  private func box(
    _ slots: UnsafeBufferPointer<Int32>, _ start: Int, _ position: UnsafePointer<Vector3>
  ) -> Box {
    var box = Box()
    for slot in start..<(start + 4) where slots[slot] >= 0 {
      let r = position[Int(slots[slot])] - origin
      let point = SIMD4<Float>(Float(r.x), Float(r.y), Float(r.z), 0)
      box.include(point, point)
    }
    return box
  }
}
