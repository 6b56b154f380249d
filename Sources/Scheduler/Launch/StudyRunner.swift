import Manifest
import Runner
import StudyStore
import Support

/// An event while a study runs.
package enum RunEvent: Sendable {
  case started(RunSpecification, resumed: Bool, LaunchPlace)
  case progress(RunSpecification, RunState)
  case line(RunSpecification, String)
  case ended(RunSpecification, LaunchOutcome)
  /// A run stood still, with the message of its attempt, and goes on from its checkpoint.
  case startsAgain(RunSpecification, message: String)
  case skipped(RunSpecification, reason: String)
  /// The next run waits for cores that other processes have.
  case waits(RunSpecification)
  /// The user has asked to stop, for the first, second or third time, while some runs go.
  case stopping(requests: Int, going: Int)
}

/// Completes the runs of a study, side by side as far as there are cores for them, each from its newest checkpoint.
package struct StudyRunner: Sendable {
  let study: StudyDirectory
  let launcher: any Launcher
  let schedule: RunSchedule
  let pool: CorePool
  let stop: StopRequest
  let observer: @Sendable (RunEvent) -> Void

  /// - Parameters:
  ///   - schedule: the runs.
  ///   - pool: the cores that they get.
  package init(
    study: StudyDirectory, launcher: any Launcher, schedule: RunSchedule, pool: CorePool = CorePool(),
    stop: StopRequest = StopRequest(), observer: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.study = study
    self.launcher = launcher
    self.schedule = schedule
    self.pool = pool
    self.stop = stop
    self.observer = observer
  }

  /// Forgets that runs were cancelled, for the user starts them anew. A marker that appears from now on is a wish of today.
  package static func forgetCancellations(_ study: StudyDirectory, _ runs: [Int]?) {
    for index in runs ?? Array(study.runs.indices) where study.runs.indices.contains(index) {
      let marker = study.cancelMarker(index)
      if marker.exists, study.state(of: index).state != .running { marker.remove() }
    }
  }

  /// A failed run does not stop the others, and one that was cancelled is not started.
  /// - Throws: ``InputError`` for a run that the study does not have; ``RunFailure`` where the launcher can't start
  ///   anything.
  package func run() async throws -> RunSummary {
    var queue = try RunQueue(self)
    await start(from: &queue)
    return try queue.result()
  }

  /// Starts what a queue has, as soon as it says so, until it is empty.
  func start(from queue: inout some LaunchQueue) async {
    await withTaskGroup(of: Turn.self) { group in
      var hasTimer = false
      while true {
        while let start = queue.next() {
          group.addTask { .ended(start.run.index, await launch(start.run, start.place)) }
        }
        guard !queue.isEmpty else { break }
        if !hasTimer { group.addTask { await Self.pause() } }
        hasTimer = true
        switch await group.next() {
        case .ended(let index, let result): queue.end(index, result)
        case .time, nil: hasTimer = false
        }
        queue.look()
      }
      group.cancelAll()
    }
  }

  /// What the loop waits for.
  private enum Turn: Sendable {
    case ended(Int, Result<LaunchOutcome, any Error>)
    /// To look for requests of the user, and for cores that others have given back.
    case time
  }

  private static func pause() async -> Turn {
    // Cancelled at the end: then at once.
    try? await Task.sleep(for: .milliseconds(200))
    return .time
  }

  /// The ranks write `state.json` at most every second. It is polled, as network file systems notify of no changes.
  private static let pollingInterval = Duration.milliseconds(500)

  /// Starts a run, and again where it stood still.
  private func completed(_ run: RunSpecification, _ place: LaunchPlace) async throws -> LaunchOutcome {
    let restarts = StandstillRestarts(study, run: run.index)
    while true {
      let outcome = try await launcher.launch(study: study, index: run.index, place: place, stop: stop) {
        observer(.line(run, $0))
      }
      guard case .failed(_, let message) = outcome, stop.count == 0, restarts.allowOne() else {
        return outcome
      }
      observer(.startsAgain(run, message: message))
    }
  }

  private func launch(_ run: RunSpecification, _ place: LaunchPlace) async -> Result<LaunchOutcome, any Error>
  {
    await withTaskGroup(of: Result<LaunchOutcome, any Error>?.self) { group in
      group.addTask {
        do {
          return .success(try await completed(run, place))
        } catch { return .failure(error) }
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
      while let outcome = await group.next() {
        if let outcome {
          group.cancelAll()
          return outcome
        }
      }
      return .failure(RunFailure("the launcher ended without an outcome"))
    }
  }
}
