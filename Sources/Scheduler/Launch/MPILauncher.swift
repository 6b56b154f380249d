import Foundation
import Runner
import StudyStore
import Subprocess
import Support

/// Starts a run as `mpirun … paddlewheel simulate DIR INDEX`, or with another command that starts ranks.
package struct MPILauncher: Launcher {
  /// The program that every rank runs.
  var executable = currentExecutable()
  /// The ranks end by themselves where they stand still, and say more; this is how much later they are ended, s.
  var slack_s = 5.0
  /// Between two signals to ranks that stand still, s.
  var patience_s = 4.0
  /// The command that starts ranks in a place.
  let command: @Sendable (LaunchPlace) -> RankCommand

  init(executable: String = currentExecutable(), command: @escaping @Sendable (LaunchPlace) -> RankCommand) {
    self.executable = executable
    self.command = command
  }

  package func launch(
    study: StudyDirectory, index: Int, place: LaunchPlace, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome {
    let job = SlurmJob(environment: ProcessInfo.processInfo.environment)
    var words = ["simulate", study.path, String(index)]
    var holder = HolderWatch(study, run: index, job: job)
    var verdict = holder.look()
    if case .open = verdict {
      onLine(
        "\(study.runs[index].directoryName): an attempt on another machine may be at work; watching its files"
      )
      while verdict == .open, stop.count == 0 {
        try await Task.sleep(for: .seconds(1))
        verdict = holder.look()
      }
      // The ranks need not watch it again.
      if case .free(let number) = verdict { words += ["--replacing", String(number)] }
    }
    switch verdict {
    case .held(let record): return .held(record.holderText)
    case .done: return .done
    case .open: return .stopped
    case .free: break
    }
    let tail = LineTail()
    let before = study.attempts(at: index).newest
    var watch = LaunchWatch.run(index, of: study, words: words, slack_s: slack_s)
    watch.patience_s = patience_s
    let end = try await command(place).run(
      [executable] + words, stop: stop, watch: watch
    ) { line in
      tail.append(line)
      onLine(line)
    }
    let state = study.state(of: index)
    let outcome: LaunchOutcome =
      switch end.status {
      case .exited(0) where state.state == .done: .done
      // mpirun may exit with 0 where something else has ended its ranks.
      case .exited(0) where state.state == .stopped: .stopped
      case .exited(0): .failed(exitCode: 1, message: "the ranks exited before the run was done")
      case .exited(75): Self.outcomeOfStop(study, index, job)
      case _ where stop.count > 0: .stopped
      case _ where end.problem != nil: .failed(exitCode: 1, message: Self.message(state, end.problem))
      case .exited(let code): .failed(exitCode: code, message: Self.message(state, tail, code))
      case .signaled(let number): .failed(exitCode: 1, message: "the ranks were ended by signal \(number)")
      }
    if case .failed(let code, let message) = outcome {
      let reason = end.problem?.reason ?? Self.reason(end.status, tail)
      record(message, reason, code, study: study, index: index, above: before)
    }
    return outcome
  }

  /// Ranks that end with 75 have written a checkpoint, or have found another attempt at work.
  private static func outcomeOfStop(_ study: StudyDirectory, _ index: Int, _ job: SlurmJob?) -> LaunchOutcome
  {
    if case .held(let record) = study.holder(of: index, job: job) { return .held(record.holderText) }
    return .stopped
  }

  /// Of a launch that was ended; a rank that has ended itself before has said more.
  private static func message(_ state: RunState, _ problem: LaunchProblem?) -> String {
    (state.state == .failed ? state.message : nil) ?? problem?.message ?? ""
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
