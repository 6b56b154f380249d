/// Which clusters of 8 each half cluster of 4 meets, each pair of atoms once.
public struct ClusterPairList {
  /// A cluster of 8 and which of the 4 × 8 pairs count: bit 8i + j.
  public struct Entry {
    public let cluster: UInt32
    public let mask: UInt32

    @inlinable public init(cluster: UInt32, mask: UInt32) {
      self.cluster = cluster
      self.mask = mask
    }
  }

  /// A half cluster and the end of its entries; masked entries come before `fullStart`.
  public struct Row {
    public let half: UInt32
    public let fullStart: UInt32
    public let end: UInt32

    @inlinable public init(half: UInt32, fullStart: UInt32, end: UInt32) {
      self.half = half
      self.fullStart = fullStart
      self.end = end
    }
  }

  public var rows: [Row] = []
  public var entries: [Entry] = []

  public init() {}

  public mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }
}
