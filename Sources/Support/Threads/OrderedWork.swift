import Foundation
import Synchronization

/// Does pieces of work on threads, and hands their results in one at a time in the order of the pieces: sums
/// are then the same to the last bit whatever the number of threads.
///
/// A thread that is ahead waits, so handing in should take little of the time of the work.
/// - Parameter workers: what each thread works with; as many threads as workers.
public func inOrder<Worker>(
  count: Int, workers: [Worker], work: (Worker, Int) -> Void, handIn: (Worker, Int) -> Void
) {
  guard workers.count > 1, count > 1 else {
    guard let worker = workers.first else { return }
    for piece in 0..<count {
      work(worker, piece)
      handIn(worker, piece)
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
      handIn(worker, piece)
      turns.end()
    }
  }
}

/// Who is next.
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
