import Dispatch

/// Calls `body` with 0 ..< `count`, concurrently as far as there are cores, and returns when all calls have.
///
/// The calls must protect shared data themselves: the compiler does not know that they run concurrently.
package func onThreads(_ count: Int, _ body: (Int) -> Void) {
  guard count > 1 else {
    if count == 1 { body(0) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let shared = Shared(body: body)
    DispatchQueue.concurrentPerform(iterations: count) { shared.body($0) }
  }
}

private struct Shared: @unchecked Sendable {
  let body: (Int) -> Void
}
