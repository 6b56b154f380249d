import StudyStore

/// How one launch of a run ended.
package enum LaunchOutcome: Equatable, Sendable {
  case done
  /// With a checkpoint, at a time limit or on request.
  case stopped
  case failed(exitCode: Int32, message: String)
}

/// Starts one run on its ranks and waits for its end.
package protocol Launcher: Sendable {
  /// - Parameters:
  ///   - onLine: is called with every line that the ranks print.
  /// - Throws: ``RunFailure`` where nothing could be started at all.
  func launch(
    study: StudyDirectory, index: Int, ranks: Int, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome
}
