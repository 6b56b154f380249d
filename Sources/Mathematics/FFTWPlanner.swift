import Foundation

private let lock = NSLock()

/// Calls `body`, which makes or destroys plans of FFTW, while no other thread does so: FFTW's planner shares tables
/// between threads and precisions, and only the execution of a plan is reentrant.
package func withFFTWPlanner<Result>(_ body: () throws -> Result) rethrows -> Result {
  lock.lock()
  defer { lock.unlock() }
  return try body()
}
