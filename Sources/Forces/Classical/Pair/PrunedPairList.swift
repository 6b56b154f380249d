import CEngine
import Decomposition

/// The pairs of a `ClusterPairList` that have atoms within some range, row by row of two atoms that meet
/// clusters of 8.
///
/// Entries come in twos, for the kernel takes two at a time; a cluster without atoms fills up. They keep
/// their order, so that no sum over them depends on when the list was pruned: what is left out adds zero.
final class PrunedPairList {
  /// Two atoms and the ends of their entries: first those with masks, then the others. They begin where
  /// those of the row before end. The last of those with masks may have one that masks nothing out.
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

  func fill(from source: borrowing ClusterPairList, _ atoms: ClusterArrays<Float>, range_A: Double) {
    reserve(source)
    // Rounding of coordinates a few hundred Å from the origin.
    let limit = Float((range_A + 1e-3) * (range_A + 1e-3))
    let coordinates = UnsafePointer(atoms.coordinates)
    let nobody = UInt32(atoms.clusterCount)
    rowCount = 0
    entryCount = 0
    var maskCount = 0
    var next = 0
    var nextMask = 0
    source.rows.withUnsafeBufferPointer { sourceRows in
      source.entries.withUnsafeBufferPointer { sourceEntries in
        source.masks.withUnsafeBufferPointer { sourceMasks in
          second.withUnsafeMutableBufferPointer { second in
            secondMasks.withUnsafeMutableBufferPointer { secondMasks in
              for row in sourceRows {
                let four = FourPoints(coordinates, Int(row.half))
                let start = entryCount
                var secondCount = 0
                let maskedEnd = next &+ Int(row.maskedCount)
                while next < maskedEnd {
                  let near = four.near(coordinates, sourceEntries[next], limit)
                  let mask = sourceMasks[nextMask]
                  entries[entryCount] = sourceEntries[next]
                  masks[maskCount] = UInt16(truncatingIfNeeded: mask)
                  entryCount &+= near.first
                  maskCount &+= near.first
                  second[secondCount] = sourceEntries[next]
                  secondMasks[secondCount] = UInt16(truncatingIfNeeded: mask &>> 16)
                  secondCount &+= near.second
                  next &+= 1
                  nextMask &+= 1
                }
                // An odd one takes the next entry along.
                let isOdd = (entryCount &- start) & 1 == 1
                let maskedSeconds = secondCount
                masks[maskCount] = .max
                maskCount &+= isOdd ? 1 : 0
                let firstMaskedEnd = entryCount &+ (isOdd ? 1 : 0)
                while next < Int(row.end) {
                  let near = four.near(coordinates, sourceEntries[next], limit)
                  entries[entryCount] = sourceEntries[next]
                  entryCount &+= near.first
                  second[secondCount] = sourceEntries[next]
                  secondCount &+= near.second
                  next &+= 1
                }
                pad(nobody, start: start)
                close(slot: 4 * row.half, start, firstMaskedEnd)

                let secondStart = entryCount
                for k in 0..<maskedSeconds {
                  entries[entryCount] = second[k]
                  masks[maskCount] = secondMasks[k]
                  entryCount &+= 1
                  maskCount &+= 1
                }
                masks[maskCount] = .max
                maskCount &+= maskedSeconds & 1
                let secondMaskedEnd = entryCount &+ (maskedSeconds & 1)
                (entries + entryCount).initialize(
                  from: second.baseAddress.map { $0 + maskedSeconds } ?? entries,
                  count: secondCount &- maskedSeconds)
                entryCount &+= secondCount &- maskedSeconds
                pad(nobody, start: secondStart)
                close(slot: 4 * row.half + 2, secondStart, secondMaskedEnd)
              }
            }
          }
        }
      }
    }
  }

  /// Fills up to an even number.
  @inline(__always)
  private func pad(_ nobody: UInt32, start: Int) {
    guard (entryCount &- start) & 1 == 1 else { return }
    entries[entryCount] = nobody
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
    // Two to fill up each of two rows, and one that is written before it is rejected.
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
