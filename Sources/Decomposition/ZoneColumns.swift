import Crystal

/// The atoms of one zone in square columns along z, each cut into clusters of 8 in the order of z.
struct ZoneColumns {
  let zone: UInt32
  /// The clusters of this zone.
  let clusters: Range<Int>
  private let low: SIMD2<Double>
  private let edge: Double
  private let counts: SIMD2<Int>
  /// First cluster of each column, and the end of the last.
  private let starts: [Int32]

  /// Appends the zone's slots; a column's last cluster is filled up with −1.
  init(
    _ zone: UInt32, _ atoms: [Int], _ position: UnsafePointer<Vector3>, edge: Double,
    into slots: inout [Int32]
  ) {
    self.zone = zone
    self.edge = edge
    let firstCluster = slots.count / 8
    var low = SIMD2<Double>(repeating: .infinity)
    var high = SIMD2<Double>(repeating: -.infinity)
    for atom in atoms {
      let r = SIMD2(position[atom].x, position[atom].y)
      low = pointwiseMin(low, r)
      high = pointwiseMax(high, r)
    }
    self.low = low
    let size = (high - low) / edge
    let counts = SIMD2<Int>(Int(size.x) + 1, Int(size.y) + 1)
    self.counts = counts

    var members = [[Int]](repeating: [], count: counts.x * counts.y)
    for atom in atoms {
      let s = (SIMD2(position[atom].x, position[atom].y) - low) / edge
      members[Int(s.x) * counts.y + Int(s.y)].append(atom)
    }
    var starts = [Int32(firstCluster)]
    starts.reserveCapacity(members.count + 1)
    for column in members {
      let sorted = column.sorted {
        position[$0].z != position[$1].z ? position[$0].z < position[$1].z : $0 < $1
      }
      slots += sorted.map(Int32.init)
      slots += repeatElement(-1, count: (8 - sorted.count % 8) % 8)
      starts.append(Int32(slots.count / 8))
    }
    self.starts = starts
    clusters = firstCluster..<(slots.count / 8)
  }

  /// Calls `body` with each cluster that may come within `range` of a box.
  @inline(__always)
  func eachCluster(
    near box: ClusterBounds.Box, range: Double, _ bounds: borrowing ClusterBounds, _ body: (Int) -> Void
  ) {
    // Boxes count from the brick's centre, columns from the cell's origin.
    let lowX = Double(box.low.x) + bounds.origin.x - range - low.x
    let highX = Double(box.high.x) + bounds.origin.x + range - low.x
    let lowY = Double(box.low.y) + bounds.origin.y - range - low.y
    let highY = Double(box.high.y) + bounds.origin.y + range - low.y
    guard highX >= 0, highY >= 0 else { return }
    let fromX = max(0, Int((lowX / edge).rounded(.down)))
    let toX = min(counts.x - 1, Int(highX / edge))
    let fromY = max(0, Int((lowY / edge).rounded(.down)))
    let toY = min(counts.y - 1, Int(highY / edge))
    guard fromX <= toX, fromY <= toY else { return }
    let lowZ = box.low.z - Float(range)
    let highZ = box.high.z + Float(range)
    for x in fromX...toX {
      for y in fromY...toY {
        let column = x * counts.y + y
        for cluster in Int(starts[column])..<Int(starts[column + 1]) {
          let z = bounds.zRange(cluster)
          if z.y < lowZ { continue }
          if z.x > highZ { break }
          body(cluster)
        }
      }
    }
  }
}
