/// Which records of a group to take: every n-th from one on.
public struct RecordSelection: Equatable, Sendable {
  public var from: Int
  /// Beyond the last; nil for the end.
  public var to: Int?
  public var every: Int

  public init(from: Int = 0, to: Int? = nil, every: Int = 1) {
    self.from = max(0, from)
    self.to = to
    self.every = max(1, every)
  }

  /// The records among so many.
  public func records(of count: Int) -> StrideTo<Int> {
    stride(from: min(from, count), to: max(min(to ?? count, count), min(from, count)), by: every)
  }
}
