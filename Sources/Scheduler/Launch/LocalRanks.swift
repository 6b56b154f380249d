import Foundation
import MPI
import Subprocess
import Support

/// Ranks of this machine for a command that is no run of a study.
package enum LocalRanks {
  private static let slack_s = 10.0
  /// mpirun ends with 128 and the number of the signal that has ended a rank.
  private static let firstSignalCode: Int32 = 129

  /// Runs this program on a number of ranks, and waits for them. A request to stop is handed on.
  /// - Parameters:
  ///   - words: the arguments of each rank.
  ///   - isComputing: whether they compute all the time: they are ended where none does for longer than a rank may stand
  ///     still. Those that wait for another program may sleep.
  ///   - onLine: receives what they print.
  /// - Returns: the exit code.
  /// - Throws: ``StoppedError`` where a request to stop has ended them before they listened; ``RunFailure`` where they can't
  ///   be started, and where they were ended; ``InputError`` for a limit in the environment that is no time.
  package static func run(
    _ ranks: Int, _ words: [String], isComputing: Bool = true, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> Int32 {
    let limit_s = try StallLimit(environment: ProcessInfo.processInfo.environment).limit_s
    // One of several ends by itself, and says which other one stands still.
    let watch = LaunchWatch(
      mark: { nil }, limit_s: { isComputing ? limit_s + slack_s : .infinity },
      isStopping: { stop.count > 0 }, rankWords: words, countsWork: true)
    let end = try await MPILauncher.local(ranks: ranks).run(
      [currentExecutable()] + words, stop: stop, watch: watch, onLine: onLine)
    if let problem = end.problem { throw RunFailure(problem.message) }
    switch end.status {
    case .exited(let code) where code < firstSignalCode: return code
    case _ where stop.count > 0: throw StoppedError("stopped; the same command goes on from here")
    case .exited(let code): return code
    case .signaled(let number): throw RunFailure("the ranks were ended by signal \(number)")
    }
  }
}
