import Runner
import StudyStore

/// How one launch of a run ended.
package enum LaunchOutcome: Equatable, Sendable {
  case done
  /// On request or at a time limit, with a checkpoint.
  case stopped
  case failed(exitCode: Int32, message: String)
  /// Nothing was started: another attempt is at work, as the text says.
  case held(String)
}

/// Where a run goes: its ranks, and the cores of this machine that it has to itself.
package struct LaunchPlace: Equatable, Sendable {
  package var ranks: Int
  /// One for each rank; nil where it shares the cores with others, or a scheduler places it.
  package var cores: [MachineCore]?

  package init(ranks: Int, cores: [MachineCore]? = nil) {
    self.ranks = ranks
    self.cores = cores
  }
}

/// Starts one run on its ranks and waits until it ends.
package protocol Launcher: Sendable {
  /// - Parameters:
  ///   - onLine: called with every line that the ranks print.
  /// - Throws: ``RunFailure`` where nothing could be started at all.
  func launch(
    study: StudyDirectory, index: Int, place: LaunchPlace, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome
}
