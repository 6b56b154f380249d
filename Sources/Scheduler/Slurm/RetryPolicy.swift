import Runner
import StudyStore

/// Whether a run may be started again: counted are starts that got no further, in a row. One that reached its time
/// limit and moved the checkpoint forward costs nothing, however often it happens.
struct RetryBudget {
  /// Starts in a row from where the run still stands, newest first.
  let fruitless: [AttemptRecord]
  private let newest: AttemptRecord?

  /// - Parameter progress: where the newest checkpoint stands.
  init(_ records: [AttemptRecord], progress: AttemptRecord.Progress) {
    newest = records.last
    fruitless = Array(
      records.reversed().prefix {
        // Cancelled before it could get anywhere is no failure.
        ($0.from ?? progress) == progress
      }
    ).filter { $0.message != StateReporter.cancelled }
  }

  /// Whether a further start is within so many retries.
  func allows(retries: Int) -> Bool { fruitless.count <= retries && !isBadInput }

  /// An error of the input comes again.
  var isBadInput: Bool { fruitless.first?.exitCode == 2 }

  /// Nodes on which the newest start failed, or starts that got no further.
  var failedNodes: [String] {
    let failed =
      fruitless.filter { $0.ended != .stopped } + [newest].compactMap(\.self).filter { $0.ended == .failed }
    return Array(Set(failed.compactMap(\.node))).sorted()
  }
}
