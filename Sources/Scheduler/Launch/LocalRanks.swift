import Subprocess
import Support

/// Ranks of this machine for a command that is no run of a study.
package enum LocalRanks {
  /// Runs this program on a number of ranks, and waits for them. A request to stop is handed on.
  /// - Parameters:
  ///   - words: the arguments of each rank.
  ///   - onLine: receives what they print.
  /// - Returns: the exit code.
  /// - Throws: ``RunFailure`` where they can't be started.
  package static func run(
    _ ranks: Int, _ words: [String], stop: StopRequest, onLine: @escaping @Sendable (String) -> Void
  ) async throws -> Int32 {
    let watch = LaunchWatch(
      mark: { nil }, limit_s: { .infinity }, isStopping: { stop.count > 0 }, rankWords: words)
    let end = try await MPILauncher.local(ranks: ranks).run(
      [currentExecutable()] + words, stop: stop, watch: watch, onLine: onLine)
    switch end.status {
    case .exited(let code): return code
    case .signaled(let number): throw RunFailure("the ranks were ended by signal \(number)")
    }
  }
}
