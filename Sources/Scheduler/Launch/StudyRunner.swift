import Manifest
import StudyStore
import Support

/// An event while a study runs.
package enum RunEvent: Sendable {
  case started(RunSpecification, resumed: Bool)
  case progress(RunSpecification, RunState)
  case line(RunSpecification, String)
  case ended(RunSpecification, LaunchOutcome)
  case skipped(RunSpecification, reason: String)
}

/// How a study's runs ended.
package struct RunSummary: Equatable, Sendable {
  package var done: [Int] = []
  /// With the exit code and the message.
  package var failed: [Int: LaunchOutcome] = [:]
  /// Stopped, running elsewhere, or not reached.
  package var unfinished: [Int: String] = [:]
  /// Those of the unfinished at which another process is at work, which makes the results, too.
  package var held: Set<Int> = []
  package var stopRequested = false

  /// The error of the whole; nil where every run is done.
  /// - Parameter study: names the runs.
  package func error(in study: StudyDirectory) -> (any ExitingError)? {
    var lines: [String] = []
    var codes: Set<Int32> = []
    for (index, outcome) in failed.sorted(by: { $0.key < $1.key }) {
      guard case .failed(let code, let message) = outcome else { continue }
      codes.insert(code)
      lines.append("\(study.runs[index].directoryName) failed: \(message)")
    }
    lines += unfinished.sorted { $0.key < $1.key }.map { "\(study.runs[$0.key].directoryName): \($0.value)" }
    if stopRequested { return StoppedError("stopped; the same command resumes the study") }
    guard !lines.isEmpty else { return nil }
    if done.isEmpty, unfinished.isEmpty {
      let message = lines.joined(separator: "\n")
      return codes == [2] ? InputError(message) : RunFailure(message)
    }
    return IncompleteError("some runs failed or are incomplete:", missing: lines)
  }
}

/// Completes the runs of a study, one after the other, each from its newest checkpoint.
package struct StudyRunner: Sendable {
  let study: StudyDirectory
  let launcher: any Launcher
  let ranks: Int?
  let only: [Int]?
  let stop: StopRequest
  let observer: @Sendable (RunEvent) -> Void

  /// - Parameters:
  ///   - ranks: instead of the manifest's.
  ///   - only: the indices of the runs; nil for all.
  package init(
    study: StudyDirectory, launcher: any Launcher, ranks: Int? = nil, only: [Int]? = nil,
    stop: StopRequest = StopRequest(), observer: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.study = study
    self.launcher = launcher
    self.ranks = ranks
    self.only = only
    self.stop = stop
    self.observer = observer
  }

  /// A failed run does not stop the others.
  /// - Throws: ``InputError`` for a run in `only` that the study does not have; ``RunFailure`` where the
  ///   launcher can't start anything.
  package func run() async throws -> RunSummary {
    var summary = RunSummary()
    for index in only ?? Array(study.runs.indices) {
      let run = try study.run(index)
      let before = study.state(of: index)
      if before.state == .done {
        summary.done.append(index)
      } else if stop.count > 0 {
        summary.unfinished[index] = "not started"
      } else if before.state == .running {
        let reason = "running on \(before.host ?? "another host") as process \(before.pid ?? 0)"
        summary.unfinished[index] = reason
        summary.held.insert(index)
        observer(.skipped(run, reason: reason))
      } else {
        observer(.started(run, resumed: before.attempt > 0))
        study.cancelMarker(index).remove()
        let outcome = try await launch(run)
        observer(.ended(run, outcome))
        switch outcome {
        case .done: summary.done.append(index)
        case .stopped:
          summary.unfinished[index] =
            study.hasCheckpoint(index) ? "stopped with a checkpoint" : "stopped before a checkpoint"
        case .held(let text):
          summary.unfinished[index] = text
          summary.held.insert(index)
        case .failed: summary.failed[index] = outcome
        }
      }
    }
    summary.stopRequested = stop.count > 0 && !summary.unfinished.isEmpty
    return summary
  }

  /// The ranks write `state.json` at most every second. It is polled, as network file systems notify of no changes.
  private static let pollingInterval = Duration.milliseconds(500)

  private func launch(_ run: RunSpecification) async throws -> LaunchOutcome {
    try await withThrowingTaskGroup(of: LaunchOutcome?.self) { group in
      group.addTask {
        try await launcher.launch(
          study: study, index: run.index, ranks: ranks ?? run.manifest.ranks, stop: stop
        ) { observer(.line(run, $0)) }
      }
      group.addTask {
        var last: RunState?
        while !Task.isCancelled {
          do { try await Task.sleep(for: Self.pollingInterval) } catch { break }
          let state = study.state(of: run.index)
          if state.state == .running, state != last { observer(.progress(run, state)) }
          last = state
        }
        return nil
      }
      while let outcome = try await group.next() {
        if let outcome {
          group.cancelAll()
          return outcome
        }
      }
      throw RunFailure("the launcher ended without an outcome")
    }
  }
}
