import Foundation
import StudyStore
import Subprocess
import Support

/// Starts a run as `mpirun … paddlewheel simulate DIR INDEX`, or with another command that starts ranks.
package struct MPILauncher: Launcher {
  /// The program that every rank runs.
  var executable = currentExecutable()
  /// The command that starts a number of ranks.
  let command: @Sendable (Int) -> RankCommand

  init(executable: String = currentExecutable(), command: @escaping @Sendable (Int) -> RankCommand) {
    self.executable = executable
    self.command = command
  }

  package func launch(
    study: StudyDirectory, index: Int, ranks: Int, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome {
    let tail = LineTail()
    let before = study.attempts(at: index).newest
    let status = try await command(ranks).run(
      [executable, "simulate", study.path, String(index)], stop: stop
    ) { line in
      tail.append(line)
      onLine(line)
    }
    let state = study.state(of: index)
    let outcome: LaunchOutcome =
      switch status {
      case .exited(0) where state.state == .done: .done
      // mpirun may exit with 0 where something else has ended its ranks.
      case .exited(0) where state.state == .stopped: .stopped
      case .exited(0): .failed(exitCode: 1, message: "the ranks exited before the run was done")
      case .exited(75): .stopped
      case _ where stop.count > 0: .stopped
      case .exited(let code): .failed(exitCode: code, message: Self.message(state, tail, code))
      case .signaled(let number): .failed(exitCode: 1, message: "mpirun was ended by signal \(number)")
      }
    if case .failed(let code, let message) = outcome {
      let reason = Self.reason(status, tail)
      record(message, reason, code, study: study, index: index, above: before)
    }
    return outcome
  }

  private static func message(_ state: RunState, _ tail: LineTail, _ code: Int32) -> String {
    if state.state == .failed, let message = state.message { return message }
    let text = tail.text.isEmpty ? "the ranks exited without output" : tail.text
    return signal(of: code).map { "\(text)\na rank was ended by signal \($0)" } ?? text
  }

  private static func reason(_ status: TerminationStatus, _ tail: LineTail) -> EndReason? {
    let number: Int32? =
      switch status {
      case .exited(let code): signal(of: code)
      case .signaled(let number): number
      }
    return number == SIGKILL || tail.reportsOutOfMemory ? .killed : nil
  }

  /// The signal that mpirun and srun report by their exit code.
  private static func signal(of code: Int32) -> Int32? { (129...192).contains(code) ? code - 128 : nil }

  /// Ranks that were killed leave no record of their end: so whoever started them writes it.
  private func record(
    _ message: String, _ reason: EndReason?, _ code: Int32, study: StudyDirectory, index: Int,
    above before: Int
  ) {
    let history = study.attempts(at: index)
    let newest = history.newest
    guard newest > before, let record = history.record(newest), record.host == hostName(),
      SlurmJob(environment: ProcessInfo.processInfo.environment) == record.job
    else { return }
    let lines = message.split(separator: "\n").joined(separator: "; ")
    study.recordEnd(.failed, of: newest, at: index, message: lines, reason: reason, exitCode: code)
  }
}
