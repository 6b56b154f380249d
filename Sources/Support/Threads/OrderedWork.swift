import Foundation
import Synchronization

/// Processes pieces of work on threads, and reduces their results one at a time in the order of the pieces:
/// sums are then identical to the last bit for any number of threads.
///
/// A thread that is ahead waits, so reducing should take little time compared with the work.
/// - Parameters:
///   - count: the number of pieces.
///   - workers: the state of each thread; as many threads as workers.
///   - work: processes a piece, given by its number, with a worker.
///   - reduce: collects the worker's result for the piece.
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

/// The number of the piece to be reduced next.
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
