import Mathematics

/// The atoms of one zone in square columns along z, each cut into clusters of 8 in the order of z.
struct ZoneColumns {
  let zone: UInt32
  /// The clusters of this zone.
  let clusters: Range<Int>
  /// Corner of the first column, Å.
  let low: SIMD2<Double>
  let edge: Double
  let counts: SIMD2<Int>
  /// First cluster of each column, and the end of the last.
  let starts: [Int32]

  private struct Member {
    var z: Double
    var atom: Int32
  }

  /// Appends the zone's slots; the last cluster of a column is padded with −1.
  init(
    _ zone: UInt32, _ atoms: [Int32], _ position: UnsafePointer<Vector3>, edge: Double,
    into slots: inout [Int32]
  ) {
    self.zone = zone
    self.edge = edge
    let firstCluster = slots.count / 8
    var low = SIMD2<Double>(repeating: .infinity)
    var high = SIMD2<Double>(repeating: -.infinity)
    for atom in atoms {
      let r = position[Int(atom)]
      low = SIMD2(min(low.x, r.x), min(low.y, r.y))
      high = SIMD2(max(high.x, r.x), max(high.y, r.y))
    }
    self.low = low
    let counts = SIMD2<Int>(Int((high.x - low.x) / edge) + 1, Int((high.y - low.y) / edge) + 1)
    self.counts = counts

    @inline(__always)
    func column(_ atom: Int32) -> Int {
      let r = position[Int(atom)]
      return Int((r.x - low.x) / edge) * counts.y + Int((r.y - low.y) / edge)
    }
    var ends = [Int](repeating: 0, count: counts.x * counts.y + 1)
    for atom in atoms { ends[column(atom) + 1] += 1 }
    for k in 1..<ends.count { ends[k] += ends[k - 1] }
    var cursor = ends
    var members = [Member](repeating: Member(z: 0, atom: 0), count: atoms.count)
    for atom in atoms {
      let k = column(atom)
      members[cursor[k]] = Member(z: position[Int(atom)].z, atom: atom)
      cursor[k] += 1
    }
    var starts = [Int32(firstCluster)]
    starts.reserveCapacity(ends.count)
    for k in 0..<(ends.count - 1) {
      let range = ends[k]..<ends[k + 1]
      members[range].sort { $0.z != $1.z ? $0.z < $1.z : $0.atom < $1.atom }
      for member in members[range] { slots.append(member.atom) }
      for _ in 0..<((8 - range.count % 8) % 8) { slots.append(-1) }
      starts.append(Int32(slots.count / 8))
    }
    self.starts = starts
    clusters = firstCluster..<(slots.count / 8)
  }
}
