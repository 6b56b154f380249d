import CEngine
import Decomposition

/// The pairs of a `ClusterPairList` that have atoms within some range, row by row of two atoms that meet
/// clusters of 8.
///
/// Entries come in pairs, because the kernel processes two at a time; a cluster without atoms completes an odd number.
/// They keep their order, so that no sum depends on when the list was pruned: what is left out adds zero.
final class PrunedPairList {
  /// Two atoms and the ends of their entries: first those with masks, then the others. They begin where those of the row
  /// before end. The last mask of a row may exclude nothing.
  struct Row: BitwiseCopyable {
    var firstSlot: UInt32
    var maskedEnd: UInt32
    var end: UInt32
  }

  private(set) var rowCount = 0
  private(set) var entryCount = 0
  private(set) var rows = UnsafeMutablePointer<Row>.allocate(capacity: 1)
  /// Clusters of 8.
  package private(set) var entries = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  /// Which of the 2 × 8 pairs count, bit 8i + j; of masked entries only.
  private(set) var masks = UnsafeMutablePointer<UInt16>.allocate(capacity: 1)
  private var capacity = (rows: 1, entries: 1, masks: 1)
  private var second: [UInt32] = []
  private var secondMasks: [UInt16] = []

  deinit {
    rows.deallocate()
    entries.deallocate()
    masks.deallocate()
  }

  /// What `fill` reads, and its memory for the second two atoms of a row.
  private struct Buffers {
    let entries: UnsafeBufferPointer<UInt32>
    let masks: UnsafeBufferPointer<UInt32>
    let second: UnsafeMutableBufferPointer<UInt32>
    let secondMasks: UnsafeMutableBufferPointer<UInt16>
  }

  /// Positions in the source, and in `masks`.
  private struct Cursor {
    var next = 0
    var nextMask = 0
    var maskCount = 0
  }

  /// Fills the list with the pairs of a source that have atoms within a range.
  func fill(from source: borrowing ClusterPairList, _ atoms: ClusterArrays<Float>, range_A: Double) {
    reserve(source)
    // Rounding of coordinates a few hundred Å from the origin.
    let limit = Float((range_A + 1e-3) * (range_A + 1e-3))
    let coordinates = UnsafePointer(atoms.coordinates)
    let empty = UInt32(atoms.clusterCount)
    rowCount = 0
    entryCount = 0
    var cursor = Cursor()
    source.rows.withUnsafeBufferPointer { rows in
      source.entries.withUnsafeBufferPointer { entries in
        source.masks.withUnsafeBufferPointer { masks in
          second.withUnsafeMutableBufferPointer { second in
            secondMasks.withUnsafeMutableBufferPointer { secondMasks in
              let buffers = Buffers(entries: entries, masks: masks, second: second, secondMasks: secondMasks)
              for row in rows {
                let counts = fillFirst(row, buffers, coordinates, limit, empty: empty, &cursor)
                fillSecond(row, buffers, counts, empty: empty, &cursor)
              }
            }
          }
        }
      }
    }
  }

  /// Appends the entries of the first two atoms of a row, and collects those of the second two.
  @inline(__always)
  private func fillFirst(
    _ row: ClusterPairList.Row, _ b: Buffers, _ coordinates: UnsafePointer<Float>, _ limit: Float,
    empty: UInt32, _ cursor: inout Cursor
  ) -> (masked: Int, all: Int) {
    let four = FourPoints(coordinates, Int(row.half))
    let start = entryCount
    var secondCount = 0
    let maskedEnd = cursor.next &+ Int(row.maskedCount)
    while cursor.next < maskedEnd {
      let cluster = b.entries[cursor.next]
      let near = four.near(coordinates, cluster, limit)
      let mask = b.masks[cursor.nextMask]
      entries[entryCount] = cluster
      masks[cursor.maskCount] = UInt16(truncatingIfNeeded: mask)
      entryCount &+= near.first
      cursor.maskCount &+= near.first
      b.second[secondCount] = cluster
      b.secondMasks[secondCount] = UInt16(truncatingIfNeeded: mask &>> 16)
      secondCount &+= near.second
      cursor.next &+= 1
      cursor.nextMask &+= 1
    }
    // After an odd number of masked entries the next one gets a mask too.
    let isOdd = (entryCount &- start) & 1 == 1
    let maskedSeconds = secondCount
    masks[cursor.maskCount] = .max
    cursor.maskCount &+= isOdd ? 1 : 0
    let firstMaskedEnd = entryCount &+ (isOdd ? 1 : 0)
    while cursor.next < Int(row.end) {
      let cluster = b.entries[cursor.next]
      let near = four.near(coordinates, cluster, limit)
      entries[entryCount] = cluster
      entryCount &+= near.first
      b.second[secondCount] = cluster
      secondCount &+= near.second
      cursor.next &+= 1
    }
    pad(empty, start: start)
    close(slot: 4 * row.half, start, firstMaskedEnd)
    return (maskedSeconds, secondCount)
  }

  /// Appends the entries of the second two atoms of a row.
  @inline(__always)
  private func fillSecond(
    _ row: ClusterPairList.Row, _ b: Buffers, _ counts: (masked: Int, all: Int), empty: UInt32,
    _ cursor: inout Cursor
  ) {
    let start = entryCount
    for k in 0..<counts.masked {
      entries[entryCount] = b.second[k]
      masks[cursor.maskCount] = b.secondMasks[k]
      entryCount &+= 1
      cursor.maskCount &+= 1
    }
    masks[cursor.maskCount] = .max
    cursor.maskCount &+= counts.masked & 1
    let maskedEnd = entryCount &+ (counts.masked & 1)
    let rest = counts.all &- counts.masked
    (entries + entryCount).initialize(
      from: b.second.baseAddress.map { $0 + counts.masked } ?? entries, count: rest)
    entryCount &+= rest
    pad(empty, start: start)
    close(slot: 4 * row.half + 2, start, maskedEnd)
  }

  /// Completes an even number of entries.
  @inline(__always)
  private func pad(_ empty: UInt32, start: Int) {
    guard (entryCount &- start) & 1 == 1 else { return }
    entries[entryCount] = empty
    entryCount &+= 1
  }

  @inline(__always)
  private func close(slot: UInt32, _ start: Int, _ maskedEnd: Int) {
    guard entryCount > start else { return }
    rows[rowCount] = Row(firstSlot: slot, maskedEnd: UInt32(maskedEnd), end: UInt32(entryCount))
    rowCount &+= 1
  }

  private func reserve(_ source: borrowing ClusterPairList) {
    func grow<T>(_ p: inout UnsafeMutablePointer<T>, _ capacity: inout Int, _ needed: Int) {
      guard needed > capacity else { return }
      p.deallocate()
      capacity = needed + needed / 8
      p = .allocate(capacity: capacity)
    }
    grow(&rows, &capacity.rows, 2 * source.rows.count)
    // Padding for each of two rows, and one entry that is written before it is rejected.
    grow(&entries, &capacity.entries, 2 * source.entries.count + 4 * source.rows.count + 1)
    grow(&masks, &capacity.masks, 2 * source.masks.count + 2 * source.rows.count + 1)
    var longest = 0
    var start: UInt32 = 0
    for row in source.rows {
      longest = max(longest, Int(row.end - start))
      start = row.end
    }
    if second.count <= longest {
      second = [UInt32](repeating: 0, count: longest + 1)
      secondMasks = [UInt16](repeating: 0, count: longest + 1)
    }
  }
}

/// Four points, two to a register, each against all of a cluster's.
private struct FourPoints {
  private let x: (SIMD16<Float>, SIMD16<Float>)
  private let y: (SIMD16<Float>, SIMD16<Float>)
  private let z: (SIMD16<Float>, SIMD16<Float>)

  @_transparent
  init(_ coordinates: UnsafePointer<Float>, _ half: Int) {
    let block = coordinates + ((half &>> 1) &* 24 &+ 4 &* (half & 1))
    func two(_ p: UnsafePointer<Float>) -> SIMD16<Float> {
      SIMD16(lowHalf: SIMD8(repeating: p[0]), highHalf: SIMD8(repeating: p[1]))
    }
    x = (two(block), two(block + 2))
    y = (two(block + 8), two(block + 10))
    z = (two(block + 16), two(block + 18))
  }

  /// 1 where any of the first two points, and of the second two, is nearer to any of the cluster's.
  @_transparent
  func near(_ coordinates: UnsafePointer<Float>, _ cluster: UInt32, _ limit: Float) -> (
    first: Int, second: Int
  ) {
    let block = coordinates + Int(cluster) &* 24
    let xj = pw_load_twice(block)
    let yj = pw_load_twice(block + 8)
    let zj = pw_load_twice(block + 16)
    let dx = (x.0 - xj, x.1 - xj)
    let dy = (y.0 - yj, y.1 - yj)
    let dz = (z.0 - zj, z.1 - zj)
    let first = (dx.0 * dx.0).addingProduct(dy.0, dy.0).addingProduct(dz.0, dz.0)
    let second = (dx.1 * dx.1).addingProduct(dy.1, dy.1).addingProduct(dz.1, dz.1)
    return (Int(pw_any_below(first, limit)), Int(pw_any_below(second, limit)))
  }
}
