import CEngine
import Foundation
import Mathematics

/// Clusters of 8 atoms that lie together, and which of them come within range of each other.
///
/// Atoms of one zone (own atoms, or halo atoms from one brick) are sorted into square columns along z and cut into
/// clusters. Clusters never mix zones, so that one decision per pair of clusters tells whether this rank computes it.
/// Clusters are close if their bounding boxes are; `PrunedPairList` tests their atoms.
package final class NeighbourList: DomainNeighbourList {
  /// Cut-off plus skin, Å.
  let range_A: Double
  /// Index of the atom in each slot, −1 for none; those of own atoms come first.
  package private(set) var atomOfSlot: [Int32] = []
  /// Slots of own atoms.
  package private(set) var ownSlotCount = 0
  package private(set) var list = ClusterPairList()

  private var columns: [ZoneColumns] = []
  private let bounds = ClusterBounds()
  /// Own molecule of several atoms in each own slot; −1 − slot where there is none, which equals no other.
  private var moleculeOfSlot: [Int32] = []

  package init(range_A: Double) { self.range_A = range_A }

  package var needsFullHalo: Bool { false }

  package func build(_ domain: Domain) {
    let atoms = domain.atoms
    let zones = domain.halo.zones
    // A cube that holds a cluster of 8 atoms at the mean density.
    let edge = cbrt(8 * domain.cell.volume / Double(domain.topology.atomCount))
    atomOfSlot.removeAll(keepingCapacity: true)
    columns.removeAll(keepingCapacity: true)
    var byZone: [UInt32: [Int32]] = [:]
    for atom in 0..<atoms.totalCount where zones[atom] & Halo.outside == 0 {
      byZone[zones[atom], default: []].append(Int32(atom))
    }
    for zone in byZone.keys.sorted() {
      columns.append(ZoneColumns(zone, byZone[zone] ?? [], atoms.position, edge: edge, into: &atomOfSlot))
    }
    ownSlotCount = columns.first.map { $0.zone == 0 ? 8 * $0.clusters.upperBound : 0 } ?? 0
    bounds.measure(atomOfSlot, atoms.position, centre: domain.centre)
    markMolecules(atoms, domain.molecules)
    list.removeAll()
    // Pairs of own atoms and pairs with the halo share a row. Separate rows would let the former be computed before
    // the halo arrives, but fewer rows are faster, and there is other work to overlap with the messages.
    for a in columns {
      let others = columns.filter { $0.zone > a.zone && shareCorner(a.zone, $0.zone) }
      search(a, a.zone == 0 ? [a] + others : others, into: &list)
    }
    list.shrink()
  }

  /// Only own molecules of several atoms have pairs to exclude.
  private func markMolecules(_ atoms: AtomStore, _ molecules: [OwnedMolecule]) {
    var moleculeOfAtom = [Int32](repeating: -1, count: atoms.count)
    for (index, molecule) in molecules.enumerated() where molecule.count > 1 {
      for k in 0..<molecule.count { moleculeOfAtom[Int(molecule.first + k)] = Int32(index) }
    }
    moleculeOfSlot.removeAll(keepingCapacity: true)
    moleculeOfSlot.reserveCapacity(ownSlotCount)
    for slot in 0..<ownSlotCount {
      let atom = atomOfSlot[slot]
      let molecule = atom < 0 ? -1 : moleculeOfAtom[Int(atom)]
      moleculeOfSlot.append(molecule < 0 ? -1 - Int32(slot) : molecule)
    }
  }

  /// Whether the componentwise minimum of two offsets is this brick. Two halo atoms of one brick are computed there.
  @inline(__always)
  private func shareCorner(_ a: UInt32, _ b: UInt32) -> Bool {
    for shift in [UInt32(0), 10, 20] where (a >> shift) & 1023 != 0 && (b >> shift) & 1023 != 0 {
      return false
    }
    return true
  }

  /// Appends one row for each half cluster of `a` that is near any cluster of `others`.
  private func search(_ a: ZoneColumns, _ others: [ZoneColumns], into list: inout ClusterPairList) {
    guard !others.isEmpty else { return }
    var full: [UInt32] = []
    let halves = bounds.halves
    let sides = bounds.sides
    moleculeOfSlot.withUnsafeBufferPointer { molecules in
      for half in (2 * a.clusters.lowerBound)..<(2 * a.clusters.upperBound) where !halves[half].isEmpty {
        let firstEntry = list.entries.count
        full.removeAll(keepingCapacity: true)
        for b in others {
          collect(half, halves[half], b, isHome: a.zone == b.zone, sides, molecules, &list, &full)
        }
        let maskedCount = list.entries.count - firstEntry
        list.entries.append(contentsOf: full)
        guard list.entries.count > firstEntry else { continue }
        list.rows.append(
          ClusterPairList.Row(
            half: UInt32(half), maskedCount: UInt32(maskedCount), end: UInt32(list.entries.count)))
      }
    }
  }

  /// Appends the clusters of a zone near a half cluster: those with masks to `list`, the others to `full`.
  @inline(__always)
  private func collect(
    _ half: Int, _ box: ClusterBounds.Box, _ b: ZoneColumns, isHome: Bool, _ sides: ClusterBounds.Sides,
    _ molecules: UnsafeBufferPointer<Int32>, _ list: inout ClusterPairList, _ full: inout [UInt32]
  ) {
    let reach = Float(range_A) + ClusterBounds.slack
    // Boxes count from the brick's centre, columns from the cell's origin.
    let corner = SIMD2<Float>(Float(b.low.x - bounds.origin.x), Float(b.low.y - bounds.origin.y))
    let edge = Float(b.edge)
    func columns(_ low: Float, _ high: Float, _ corner: Float, _ count: Int) -> ClosedRange<Int>? {
      guard high + reach >= corner else { return nil }
      let from = max(0, Int((low - reach - corner) / edge - 0.01))
      let to = min(count - 1, Int((high + reach - corner) / edge + 0.01))
      return from <= to ? from...to : nil
    }
    guard let xs = columns(box.low.x, box.high.x, corner.x, b.counts.x),
      let ys = columns(box.low.y, box.high.y, corner.y, b.counts.y)
    else { return }
    b.starts.withUnsafeBufferPointer { starts in
      for x in xs {
        let left = corner.x + Float(x) * edge
        let gapX = max(0, max(left - box.high.x, box.low.x - left - edge))
        for y in ys {
          let front = corner.y + Float(y) * edge
          let gapY = max(0, max(front - box.high.y, box.low.y - front - edge))
          guard gapX * gapX + gapY * gapY <= reach * reach else { continue }
          let column = x * b.counts.y + y
          let end = Int(starts[column + 1])
          let begin = isHome ? max(Int(starts[column]), half / 2) : Int(starts[column])
          var cluster = Self.firstCluster(begin, end, above: box.low.z - reach, sides)
          while cluster < end && sides.low.z[cluster] <= box.high.z + reach {
            var near = sides.near(box, cluster, limit: reach * reach)
            if end - cluster < 16 { near &= (1 << UInt32(end - cluster)) - 1 }
            while near != 0 {
              let found = cluster + near.trailingZeroBitCount
              near &= near - 1
              let mask = isHome ? Self.homeMask(half, found, molecules) : UInt32.max
              if mask == UInt32.max {
                full.append(UInt32(found))
              } else if mask != 0 {
                list.entries.append(UInt32(found))
                list.masks.append(mask)
              }
            }
            cluster += 16
          }
        }
      }
    }
  }

  /// The first cluster of a column that reaches above a height.
  @inline(__always)
  private static func firstCluster(_ from: Int, _ end: Int, above z: Float, _ sides: ClusterBounds.Sides)
    -> Int
  {
    var low = from
    var high = end
    while low < high {
      let middle = (low + high) / 2
      if sides.high.z[middle] < z { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Excludes pairs inside a molecule and, of a cluster with itself, all but one order of each pair.
  @inline(__always)
  private static func homeMask(_ half: Int, _ cluster: Int, _ molecules: UnsafeBufferPointer<Int32>) -> UInt32
  {
    guard let base = molecules.baseAddress else { return UInt32.max }
    var out: UInt32 = 0
    for i in 0..<4 {
      let slot = 4 * half + i
      var bits = pw_bits_equal(base + 8 * cluster, base[slot])
      // Of the own cluster, lanes up to the slot's own.
      if cluster == half / 2 { bits |= (2 << UInt32(slot & 7)) - 1 }
      out |= (bits & 255) << UInt32(8 * i)
    }
    return ~out
  }
}
