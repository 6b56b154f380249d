import Crystal

/// Boxes around clusters and half clusters, and coordinates to test distances with, all in single
/// precision about the brick's centre. Tests allow for its rounding.
struct ClusterBounds {
  struct Box {
    var low: SIMD4<Float>
    var high: SIMD4<Float>

    static let empty = Box(low: SIMD4(repeating: .infinity), high: SIMD4(repeating: -.infinity))
  }

  /// Rounding of single-precision coordinates a few hundred Å from the centre, Å.
  private static let slack: Float = 1e-3
  /// Coordinate of empty slots.
  private static let nowhere: Float = 1e6

  private(set) var origin = Vector3()
  private var x: [Float] = []
  private var y: [Float] = []
  private var z: [Float] = []
  private var halves: [Box] = []
  private var wholes: [Box] = []

  mutating func measure(_ atomOfSlot: [Int32], _ position: UnsafePointer<Vector3>, centre: Vector3) {
    origin = centre
    let slots = atomOfSlot.count
    x = [Float](repeating: Self.nowhere, count: slots)
    y = [Float](repeating: Self.nowhere, count: slots)
    z = [Float](repeating: Self.nowhere, count: slots)
    halves = [Box](repeating: .empty, count: slots / 4)
    for slot in 0..<slots where atomOfSlot[slot] >= 0 {
      let r = position[Int(atomOfSlot[slot])] - centre
      x[slot] = Float(r.x)
      y[slot] = Float(r.y)
      z[slot] = Float(r.z)
      let point = SIMD4<Float>(Float(r.x), Float(r.y), Float(r.z), 0)
      halves[slot / 4].low = pointwiseMin(halves[slot / 4].low, point)
      halves[slot / 4].high = pointwiseMax(halves[slot / 4].high, point)
    }
    wholes = (0..<(slots / 8)).map {
      Box(
        low: pointwiseMin(halves[2 * $0].low, halves[2 * $0 + 1].low),
        high: pointwiseMax(halves[2 * $0].high, halves[2 * $0 + 1].high))
    }
  }

  @inline(__always) func half(_ index: Int) -> Box { halves[index] }
  @inline(__always) func halfIsEmpty(_ index: Int) -> Bool { halves[index].low.x > halves[index].high.x }
  /// Lowest and highest z of a cluster.
  @inline(__always) func zRange(_ cluster: Int) -> SIMD2<Float> {
    [wholes[cluster].low.z, wholes[cluster].high.z]
  }

  /// Some atom of the half cluster and some atom of the cluster are within range.
  @inline(__always)
  func isClose(half: Int, cluster: Int, range: Double) -> Bool {
    let reach = Float(range) + Self.slack
    let a = halves[half]
    let b = wholes[cluster]
    let gap = pointwiseMax(pointwiseMax(b.low - a.high, a.low - b.high), .zero)
    let square = gap * gap
    guard square.x + square.y + square.z <= reach * reach else { return false }
    return x.withUnsafeBytes { x in
      y.withUnsafeBytes { y in
        z.withUnsafeBytes { z in
          let offset = cluster * 32
          let xj = x.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
          let yj = y.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
          let zj = z.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
          var nearest = SIMD8<Float>(repeating: .infinity)
          for slot in (4 * half)..<(4 * half + 4) where self.x[slot] < Self.nowhere {
            let dx = self.x[slot] - xj
            let dy = self.y[slot] - yj
            let dz = self.z[slot] - zj
            nearest = pointwiseMin(nearest, (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz))
          }
          return nearest.min() <= reach * reach
        }
      }
    }
  }
}
