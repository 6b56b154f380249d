import Foundation

/// Reduces results that threads finish in any order, one at a time in the order of the pieces.
///
/// The thread that finishes the next piece reduces it and those that wait after it, while the other threads
/// continue. No thread begins a piece far ahead of the next one, which bounds the number of waiting results.
package final class OrderedReducer<Piece>: @unchecked Sendable {
  private let condition = NSCondition()
  private let ahead: Int
  private let count: Int
  private let reduce: (Piece, Int) throws -> Void
  private var begun = 0
  private var reduced = 0
  private var isReducing = false
  private var waiting: [Int: Piece] = [:]
  private var failure: (any Error)?

  /// - Parameters:
  ///   - ahead: pieces that may be begun beyond those reduced.
  ///   - count: the number of pieces.
  ///   - reduce: receives a result and the number of its piece; never called by two threads at once; an error
  ///     ends the work.
  package init(count: Int, ahead: Int, reduce: @escaping (Piece, Int) throws -> Void) {
    self.count = count
    self.ahead = max(1, ahead)
    self.reduce = reduce
  }

  /// Waits until a piece may begin.
  /// - Returns: its number; nil when there are no more, or a reduction has failed.
  package func begin() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while failure == nil, begun < count, begun >= reduced + ahead { condition.wait() }
    guard failure == nil, begun < count else { return nil }
    begun += 1
    return begun - 1
  }

  /// Submits the result of a piece; reduces it, and those that wait after it, where it is the next.
  package func submit(_ piece: Piece, _ index: Int) {
    condition.lock()
    defer { condition.unlock() }
    waiting[index] = piece
    guard !isReducing else { return }
    isReducing = true
    while failure == nil, let next = waiting.removeValue(forKey: reduced) {
      condition.unlock()
      let result = Result { try reduce(next, reduced) }
      condition.lock()
      if case .failure(let error) = result { failure = error }
      reduced += 1
      condition.broadcast()
    }
    isReducing = false
  }

  /// Call after all threads have returned.
  /// - Throws: what `reduce` threw.
  package func finish() throws { if let failure { throw failure } }
}
