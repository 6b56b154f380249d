/// The clusters of 8 near each half cluster of 4, each pair of atoms once.
package struct ClusterPairList {
  /// A half cluster and the end of its entries, which begin where those of the row before end. The first
  /// `maskedCount` of them have masks.
  package struct Row {
    package let half: UInt32
    package let maskedCount: UInt32
    package let end: UInt32

    @inlinable package init(half: UInt32, maskedCount: UInt32, end: UInt32) {
      self.half = half
      self.maskedCount = maskedCount
      self.end = end
    }
  }

  package var rows: [Row] = []
  /// Clusters of 8.
  package var entries: [UInt32] = []
  /// Of the masked entries in their order, which of the 4 × 8 pairs count: bit 8i + j.
  package var masks: [UInt32] = []

  package init() {}

  /// Releases unused capacity.
  package mutating func shrink() {
    if entries.capacity > entries.count + entries.count / 8 { entries = Array(entries[...]) }
    if masks.capacity > masks.count + masks.count / 8 { masks = Array(masks[...]) }
    if rows.capacity > rows.count + rows.count / 8 { rows = Array(rows[...]) }
  }

  package mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    masks.removeAll(keepingCapacity: true)
  }
}
