import Foundation
import Synchronization

/// Does pieces of work on threads, and reduces their results one at a time in the order of the pieces: sums are then
/// the same to the last bit whatever the number of threads.
///
/// A thread that is ahead waits, so reducing should take little of the time of the work.
/// - Parameters:
///   - count: of pieces.
///   - workers: what each thread works with; as many threads as workers.
///   - work: does a piece, given by its number, with a worker.
///   - reduce: takes what the worker has made of the piece.
package func inOrder<Worker>(
  count: Int, workers: [Worker], work: (Worker, Int) -> Void, reduce: (Worker, Int) -> Void
) {
  guard workers.count > 1, count > 1 else {
    guard let worker = workers.first else { return }
    for piece in 0..<count {
      work(worker, piece)
      reduce(worker, piece)
    }
    return
  }
  let next = Atomic(0)
  let turns = Turns()
  onThreads(min(count, workers.count)) { index in
    let worker = workers[index]
    while true {
      let piece = next.add(1, ordering: .relaxed).oldValue
      guard piece < count else { return }
      work(worker, piece)
      turns.wait(for: piece)
      reduce(worker, piece)
      turns.end()
    }
  }
}

/// The number of the piece whose turn it is.
private final class Turns: @unchecked Sendable {
  private let condition = NSCondition()
  private var turn = 0

  func wait(for piece: Int) {
    condition.lock()
    while turn != piece { condition.wait() }
    condition.unlock()
  }

  func end() {
    condition.lock()
    turn += 1
    condition.broadcast()
    condition.unlock()
  }
}
