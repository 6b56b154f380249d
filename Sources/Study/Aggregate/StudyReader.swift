import Dispatch
import Synchronization

/// Reads runs of a study at the same time, on threads.
///
/// Each run is read by itself, so that the outcome is the same whatever the number of threads.
struct StudyReader {
  let study: StudyDirectory
  /// Runs that are read at once.
  let threads: Int
  let observer: @Sendable (AggregationProgress) -> Void

  /// - Returns: the outcomes, in the order of the runs.
  func outcomes(of runs: [RunSpecification]) -> [RunOutcome] {
    let progress = ReadingProgress(runCount: runs.count, observer: observer)
    let outcomes = Mutex([RunOutcome?](repeating: nil, count: runs.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, runs.count))) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < runs.count else { return }
        let outcome = RunOutcome(runs[index], of: study, progress: progress)
        outcomes.withLock { $0[index] = outcome }
        progress.finishRun()
      }
    }
    return outcomes.withLock { $0 }.compactMap { $0 }
  }
}
