import Manifest
import StudyStore
import Support

/// Reads runs of a study concurrently, on threads.
///
/// Each run is read independently, so that the results are the same for any number of threads.
struct StudyReader {
  let study: StudyDirectory
  /// Shared by the runs that are read at once.
  let threads: Int
  let progress: ReadingProgress
  private let sites: CommonSites
  private let atOnce: Int
  private let budget: ReadBudget

  /// Results that may wait for that of an earlier run, per run that is read at once.
  private static let ahead = 8

  /// - Parameter runs: that this process will read.
  init(
    _ study: StudyDirectory, runs: [Int], threads: Int,
    observer: @escaping @Sendable (AggregationProgress) -> Void
  ) {
    self.study = study
    self.threads = threads
    progress = ReadingProgress(runCount: runs.count, observer: observer)
    sites = CommonSites(study, progress: progress)
    (atOnce, budget) = ReadBudget.divide(
      threads: threads, runs: runs.count, frames: runs.map { Self.frames(study.runs[$0]) }.max() ?? 0)
  }

  /// Reads some runs.
  /// - Parameter take: is called with the result of each, one at a time in the order given.
  /// - Throws: what `take` throws.
  func read(_ runs: [Int], take: @escaping (RunResult, Int) throws -> Void) throws {
    let reducer = OrderedReducer<RunResult>(count: runs.count, ahead: Self.ahead * atOnce) {
      try take($0, runs[$1])
    }
    onThreads(min(atOnce, runs.count)) { _ in
      while let next = reducer.begin() {
        let run = runs[next]
        let result = RunResult(study.runs[run], of: study, budget: budget, progress: progress) {
          sites.sites(of: run, species: $0)
        }
        reducer.submit(result, next)
        progress.finishRun()
      }
    }
    try reducer.finish()
  }

  /// The number of records of the mobile ions in a complete run.
  private static func frames(_ run: RunSpecification) -> Int {
    let ratio =
      (run.manifest.sample_ps ?? 0) / max(run.manifest.mobileInterval_ps, run.manifest.step_ps)
    return Int(min(1e9, ratio.rounded(.up))) + 1
  }
}
