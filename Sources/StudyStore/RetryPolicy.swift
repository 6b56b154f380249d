/// Whether a run may be restarted: attempts in a row without progress count. An attempt that reached its time limit and
/// advanced the checkpoint does not, however often that happens.
package struct RetryPolicy {
  /// The latest attempts that did not get beyond the newest checkpoint, newest first.
  package let attemptsWithoutProgress: [AttemptRecord]
  private let newest: AttemptRecord?

  /// - Parameter progress: where the newest checkpoint stands.
  package init(_ records: [AttemptRecord], progress: AttemptRecord.Progress) {
    newest = records.last
    // An attempt that was cancelled before it could make progress is not a failure.
    attemptsWithoutProgress = records.reversed().prefix { ($0.from ?? progress) == progress }
      .filter { $0.reason != .cancelled }
  }

  /// Whether another attempt is within a number of retries.
  package func allows(retries: Int) -> Bool { attemptsWithoutProgress.count <= retries && !isInvalidInput }

  /// An error of the input comes again.
  package var isInvalidInput: Bool { attemptsWithoutProgress.first?.exitCode == 2 }

  /// Nodes on which the newest attempt failed, or attempts without progress.
  package var failedNodes: [String] {
    let failed =
      attemptsWithoutProgress.filter { $0.ended != .stopped }
      + [newest].compactMap(\.self).filter { $0.ended == .failed }
    // The names become a part of batch scripts and commands, and anyone may have written these records.
    let names = Set(failed.compactMap(\.node))
    return names.filter { $0.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,254}/) != nil }
      .sorted()
  }
}
