/// The records of a group to read: every n-th from a first one.
package struct RecordSelection: Equatable, Sendable {
  package var from: Int
  /// The record after the last; nil for the end.
  package var to: Int?
  package var every: Int

  package init(from: Int = 0, to: Int? = nil, every: Int = 1) {
    self.from = max(0, from)
    self.to = to
    self.every = max(1, every)
  }

  /// The selected records out of `count`.
  package func records(of count: Int) -> StrideTo<Int> {
    stride(from: min(from, count), to: max(min(to ?? count, count), min(from, count)), by: every)
  }
}
