import Crystal
import Foundation
import Potentials

/// Clusters of 8 atoms that lie together, and which of them come within range of each other.
///
/// Atoms of one zone (own atoms, or halo atoms from one brick) are laid into square columns along z and cut
/// into clusters; clusters never mix zones, so whether this rank computes a pair is decided once for two
/// clusters.
public final class NeighbourList {
  /// Cut-off plus skin, Å.
  let range_A: Double
  /// Index of the atom in each slot, −1 for none.
  public private(set) var atomOfSlot: [Int32] = []
  public private(set) var list = ClusterPairList()

  private var columns: [ZoneColumns] = []
  private var bounds = ClusterBounds()

  init(range_A: Double) { self.range_A = range_A }

  func build(
    _ atoms: AtomStore, _ molecules: [OwnedMolecule], _ zones: [UInt32], cell: Cell, centre: Vector3,
    atomCount: Int
  ) {
    // A cluster of 8 atoms at the mean density, made a cube.
    let edge = cbrt(8 * cell.volume / Double(atomCount))
    atomOfSlot.removeAll(keepingCapacity: true)
    columns.removeAll(keepingCapacity: true)
    let byZone = Dictionary(grouping: 0..<atoms.totalCount) { zones[$0] }
    for zone in byZone.keys.sorted() {
      columns.append(ZoneColumns(zone, byZone[zone] ?? [], atoms.position, edge: edge, into: &atomOfSlot))
    }
    bounds.measure(atomOfSlot, atoms.position, centre: centre)
    var moleculeOfSlot = [Int32](repeating: -1, count: atomOfSlot.count)
    markMolecules(atoms, molecules, &moleculeOfSlot)
    search(moleculeOfSlot)
  }

  /// Only own molecules of several atoms have pairs to exclude.
  private func markMolecules(_ atoms: AtomStore, _ molecules: [OwnedMolecule], _ marks: inout [Int32]) {
    var moleculeOfAtom = [Int32](repeating: -1, count: atoms.totalCount)
    for molecule in molecules where molecule.count > 1 {
      for k in 0..<molecule.count { moleculeOfAtom[Int(molecule.first + k)] = molecule.id }
    }
    for (slot, atom) in atomOfSlot.enumerated() where atom >= 0 { marks[slot] = moleculeOfAtom[Int(atom)] }
  }

  private func search(_ moleculeOfSlot: [Int32]) {
    list.removeAll()
    var masked: [(cluster: UInt32, mask: UInt32)] = []
    var full: [UInt32] = []
    for a in columns {
      for cluster in a.clusters {
        for half in [2 * cluster, 2 * cluster + 1] where !bounds.halfIsEmpty(half) {
          masked.removeAll(keepingCapacity: true)
          full.removeAll(keepingCapacity: true)
          for b in columns where b.zone >= a.zone && shareCorner(a.zone, b.zone) {
            collect(half, a, b, moleculeOfSlot, &masked, &full)
          }
          guard !masked.isEmpty || !full.isEmpty else { continue }
          for entry in masked {
            list.entries.append(entry.cluster)
            list.masks.append(entry.mask)
          }
          list.entries += full
          list.rows.append(
            ClusterPairList.Row(
              half: UInt32(half), maskedCount: UInt32(masked.count), end: UInt32(list.entries.count)))
        }
      }
    }
  }

  /// The componentwise minimum of two offsets is this brick.
  @inline(__always)
  private func shareCorner(_ a: UInt32, _ b: UInt32) -> Bool {
    for shift in [UInt32(0), 10, 20] where (a >> shift) & 1023 != 0 && (b >> shift) & 1023 != 0 {
      return false
    }
    // Two halo atoms of the same brick meet at home; two own atoms meet here.
    return a != b || a == 0
  }

  @inline(__always)
  private func collect(
    _ half: Int, _ a: ZoneColumns, _ b: ZoneColumns, _ moleculeOfSlot: [Int32],
    _ masked: inout [(cluster: UInt32, mask: UInt32)], _ full: inout [UInt32]
  ) {
    let own = half / 2
    let isHome = a.zone == b.zone
    b.eachCluster(near: bounds.half(half), range: range_A, bounds) { cluster in
      if isHome && cluster < own { return }
      guard bounds.isClose(half: half, cluster: cluster, range: range_A) else { return }
      var mask = UInt32.max
      if isHome { mask = homeMask(half, cluster, moleculeOfSlot) }
      if mask == UInt32.max {
        full.append(UInt32(cluster))
      } else if mask != 0 {
        masked.append((UInt32(cluster), mask))
      }
    }
  }

  /// Leaves out pairs inside a molecule and, of a cluster with itself, all but one order of each pair.
  private func homeMask(_ half: Int, _ cluster: Int, _ moleculeOfSlot: [Int32]) -> UInt32 {
    var mask = UInt32.max
    for i in 0..<4 {
      let slot = 4 * half + i
      let molecule = moleculeOfSlot[slot]
      for j in 0..<8 {
        let other = 8 * cluster + j
        if (molecule >= 0 && moleculeOfSlot[other] == molecule) || (cluster == half / 2 && other <= slot) {
          mask &= ~(UInt32(1) << UInt32(8 * i + j))
        }
      }
    }
    return mask
  }
}
