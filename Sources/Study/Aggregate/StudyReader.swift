import Crystal
import Synchronization

/// Reads runs of a study at the same time, on threads.
///
/// Each run is read by itself, so that the outcome is the same whatever the number of threads.
struct StudyReader {
  let study: StudyDirectory
  /// Shared by the runs that are read at once.
  let threads: Int
  let observer: @Sendable (AggregationProgress) -> Void

  /// - Returns: the outcomes, in the order of the runs.
  func outcomes(of runs: [RunSpecification]) -> [RunOutcome] {
    let progress = ReadingProgress(runCount: runs.count, observer: observer)
    let outcomes = Mutex([RunOutcome?](repeating: nil, count: runs.count))
    let next = Atomic(0)
    let (atOnce, share) = ReadingShare.divide(
      threads: threads, runs: runs.count, frames: runs.map(Self.frames).max() ?? 0)
    onThreads(atOnce) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < runs.count else { return }
        let outcome = RunOutcome(runs[index], of: study, share: share, progress: progress)
        outcomes.withLock { $0[index] = outcome }
        progress.finishRun()
      }
    }
    return outcomes.withLock { $0 }.compactMap { $0 }
  }

  /// Records of the mobile ions that a whole run has.
  private static func frames(_ run: RunSpecification) -> Int {
    let ratio =
      (run.manifest.stages.sample_ps ?? 0) / max(run.manifest.record.mobile_ps, run.manifest.dynamics.step_ps)
    return Int(min(1e9, ratio.rounded(.up))) + 1
  }
}
