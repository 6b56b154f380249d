import Crystal

/// Boxes around clusters and half clusters, in single precision about the brick's centre; tests allow for
/// its rounding.
struct ClusterBounds {
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

    /// Squared distance to another box, Å².
    @inline(__always)
    func distanceSquare(_ other: Box) -> Float {
      let below = other.low - high
      let above = low - other.high
      var gap = below.replacing(with: above, where: below .< above)
      gap = gap.replacing(with: 0, where: gap .< 0)
      let square = gap * gap
      return square.x + square.y + square.z
    }
  }

  /// Rounding of single-precision coordinates a few hundred Å from the centre, Å.
  static let slack: Float = 1e-3

  private(set) var origin = Vector3()
  private(set) var halves: [Box] = []
  private(set) var wholes: [Box] = []

  mutating func measure(_ atomOfSlot: [Int32], _ position: UnsafePointer<Vector3>, centre: Vector3) {
    origin = centre
    halves.removeAll(keepingCapacity: true)
    wholes.removeAll(keepingCapacity: true)
    halves.reserveCapacity(atomOfSlot.count / 4)
    wholes.reserveCapacity(atomOfSlot.count / 8)
    atomOfSlot.withUnsafeBufferPointer { slots in
      for start in stride(from: 0, to: slots.count, by: 8) {
        let first = box(slots, start, position)
        let second = box(slots, start + 4, position)
        var both = first
        both.include(second.low, second.high)
        halves.append(first)
        halves.append(second)
        wholes.append(both)
      }
    }
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
