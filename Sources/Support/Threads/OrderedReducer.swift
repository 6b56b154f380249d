import Foundation

/// Hands what threads finish in any order on in the order of the pieces, one at a time.
///
/// Whichever thread finishes the next piece hands it on, with those that wait behind it; meanwhile the others go
/// on. No thread begins a piece far ahead of the next: what waits stays bounded.
public final class OrderedReducer<Piece>: @unchecked Sendable {
  private let condition = NSCondition()
  private let ahead: Int
  private let count: Int
  private let take: (Piece, Int) throws -> Void
  private var begun = 0
  private var handedOn = 0
  private var isHandingOn = false
  private var waiting: [Int: Piece] = [:]
  private var failure: (any Error)?

  /// - Parameters:
  ///   - ahead: pieces that may be begun beyond those handed on.
  ///   - take: is never called by two threads at once; an error ends the work.
  public init(count: Int, ahead: Int, take: @escaping (Piece, Int) throws -> Void) {
    self.count = count
    self.ahead = max(1, ahead)
    self.take = take
  }

  /// The next piece to work at; nil when there is no more to do.
  public func begin() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while failure == nil, begun < count, begun >= handedOn + ahead { condition.wait() }
    guard failure == nil, begun < count else { return nil }
    begun += 1
    return begun - 1
  }

  public func end(_ piece: Piece, _ index: Int) {
    condition.lock()
    defer { condition.unlock() }
    waiting[index] = piece
    guard !isHandingOn else { return }
    isHandingOn = true
    while failure == nil, let next = waiting.removeValue(forKey: handedOn) {
      condition.unlock()
      let result = Result { try take(next, handedOn) }
      condition.lock()
      if case .failure(let error) = result { failure = error }
      handedOn += 1
      condition.broadcast()
    }
    isHandingOn = false
  }

  /// - Throws: what `take` threw.
  public func finish() throws { if let failure { throw failure } }
}
