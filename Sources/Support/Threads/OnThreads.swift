import Dispatch

/// Calls `body` with 0 ..< `count`, all at the same time as far as there are cores, and returns when all have.
///
/// What the calls share, they have to guard: the compiler does not see that they run at once.
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
