import CSIMD

extension ClusterPairList {
  /// Becomes what is left of another list without the pairs of clusters that have no two atoms within
  /// `range_A`. Their order stays, and with it every sum over the list.
  mutating func prune(_ source: borrowing ClusterPairList, _ atoms: ClusterArrays<Float>, range_A: Double) {
    removeAll()
    rows.reserveCapacity(source.rows.count)
    entries.reserveCapacity(source.entries.count)
    // Rounding of coordinates a few hundred Å from the origin.
    let limit = Float((range_A + 1e-3) * (range_A + 1e-3))
    let coordinates = UnsafePointer(atoms.coordinates)
    source.rows.withUnsafeBufferPointer { sourceRows in
      source.entries.withUnsafeBufferPointer { sourceEntries in
        source.masks.withUnsafeBufferPointer { sourceMasks in
          var next = 0
          var nextMask = 0
          for row in sourceRows {
            let four = FourPoints(coordinates, Int(row.half))
            let firstEntry = entries.count
            let maskedEnd = next &+ Int(row.maskedCount)
            while next < maskedEnd {
              if four.isNear(coordinates, sourceEntries[next], limit) {
                entries.append(sourceEntries[next])
                masks.append(sourceMasks[nextMask])
              }
              next &+= 1
              nextMask &+= 1
            }
            let maskedCount = entries.count - firstEntry
            while next < Int(row.end) {
              if four.isNear(coordinates, sourceEntries[next], limit) { entries.append(sourceEntries[next]) }
              next &+= 1
            }
            if entries.count > firstEntry {
              rows.append(Row(half: row.half, maskedCount: UInt32(maskedCount), end: UInt32(entries.count)))
            }
          }
        }
      }
    }
  }
}

/// Four points, two to a register, each against all of a cluster's.
private struct FourPoints {
  private let x: (SIMD16<Float>, SIMD16<Float>)
  private let y: (SIMD16<Float>, SIMD16<Float>)
  private let z: (SIMD16<Float>, SIMD16<Float>)

  @inline(__always)
  init(_ coordinates: UnsafePointer<Float>, _ half: Int) {
    let block = coordinates + ((half >> 1) * 24 + 4 * (half & 1))
    func two(_ p: UnsafePointer<Float>) -> SIMD16<Float> {
      SIMD16(lowHalf: SIMD8(repeating: p[0]), highHalf: SIMD8(repeating: p[1]))
    }
    x = (two(block), two(block + 2))
    y = (two(block + 8), two(block + 10))
    z = (two(block + 16), two(block + 18))
  }

  @_transparent
  func isNear(_ coordinates: UnsafePointer<Float>, _ cluster: UInt32, _ limit: Float) -> Bool {
    let block = coordinates + Int(cluster) &* 24
    func twice(_ p: UnsafePointer<Float>) -> SIMD16<Float> {
      let v = UnsafeRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self).pointee
      return SIMD16(lowHalf: v, highHalf: v)
    }
    let xj = twice(block)
    let yj = twice(block + 8)
    let zj = twice(block + 16)
    let dx = (x.0 - xj, x.1 - xj)
    let dy = (y.0 - yj, y.1 - yj)
    let dz = (z.0 - zj, z.1 - zj)
    let first = (dx.0 * dx.0).addingProduct(dy.0, dy.0).addingProduct(dz.0, dz.0)
    let second = (dx.1 * dx.1).addingProduct(dy.1, dy.1).addingProduct(dz.1, dz.1)
    return pw_any_below(first.replacing(with: second, where: second .< first), limit) != 0
  }
}
