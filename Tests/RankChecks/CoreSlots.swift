import Foundation
import Synchronization

/// Ranks spin while they wait: two jobs on the same cores would slow each other down severely.
private final class CoreSlots: @unchecked Sendable {
  private let condition = NSCondition()
  private let count = max(1, ProcessInfo.processInfo.activeProcessorCount)
  private lazy var free = count

  func occupying<T>(cores: Int, _ body: () throws -> T) rethrows -> T {
    let wanted = min(max(1, cores), count)
    condition.withLock {
      while free < wanted { condition.wait() }
      free -= wanted
    }
    defer {
      condition.withLock {
        free += wanted
        condition.broadcast()
      }
    }
    return try body()
  }
}

private let slots = CoreSlots()

/// Waits until a number of cores, at most all, is free of other jobs of the tests, then performs `body`.
public func occupying<T>(cores: Int, _ body: () throws -> T) rethrows -> T {
  try slots.occupying(cores: cores, body)
}

/// Performs jobs concurrently, as far as cores are free.
/// - Returns: their results, in order.
/// - Throws: the error of the first of them that fails.
public func concurrently<T: Sendable>(_ jobs: [@Sendable () throws -> T]) throws -> [T] {
  let results = Mutex<[Int: Result<T, any Error>]>([:])
  DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
    let result = Result { try jobs[index]() }
    results.withLock { $0[index] = result }
  }
  let all = results.withLock { $0 }
  return try jobs.indices.compactMap { try all[$0]?.get() }
}
