import Foundation
import Synchronization
import Testing

@testable import Runner
@testable import Scheduler
@testable import StudyStore
@testable import Support

/// Ends each launch as told, with the record that its ranks would write.
private final class StandingLauncher: Launcher {
  enum End { case stalled(progress: Bool), killed, done }

  private let ends: Mutex<[End]>
  let launches = Mutex(0)

  init(_ ends: [End]) { self.ends = Mutex(ends) }

  func launch(
    study: StudyDirectory, index: Int, place: LaunchPlace, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome {
    let number = launches.withLock { count in
      count += 1
      return count
    }
    let end = ends.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    let history = study.attempts(at: index)
    guard
      case .taken(var record) = try history.claim(above: history.newest, ranks: 1, isHeld: { _ in false })
    else { return .held("") }
    if case .stalled(let progress) = end, progress {
      // From another place than where the checkpoint now is.
      record.from = AttemptRecord.Progress(stage: .sample, step: 10 * number)
      try history.write(record)
    }
    switch end {
    case .done:
      try RunState(.done).write(to: study.statePath(index))
      return .done
    case .stalled, .killed:
      var reason = EndReason.killed
      if case .stalled = end { reason = .stalled }
      study.recordEnd(
        .failed, of: record.attempt, at: index, message: "no step for 5 s", reason: reason, exitCode: 1)
      return .failed(exitCode: 1, message: "no step for 5 s")
    }
  }
}

/// A run that stood still goes on under the same command, as long as it gets further.
@Suite struct StandstillRestartTests {
  private func run(_ ends: [StandingLauncher.End], stop: StopRequest = StopRequest()) async throws -> (
    launches: Int, again: Int, RunSummary
  ) {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      try study.makeFolder(study.runPath(0))
      let launcher = StandingLauncher(ends)
      let again = Mutex(0)
      let schedule = RunSchedule(order: [0], ranks: [0: 1], jobs: .atMost(1))
      let summary = try await StudyRunner(study: study, launcher: launcher, schedule: schedule, stop: stop) {
        if case .startsAgain = $0 { again.withLock { $0 += 1 } }
      }.run()
      return (launcher.launches.withLock { $0 }, again.withLock { $0 }, summary)
    }
  }

  @Test func itGoesOnAndIsDone() async throws {
    let (launches, again, summary) = try await run([
      .stalled(progress: true), .stalled(progress: true), .done,
    ])
    #expect(launches == 3 && again == 2 && summary.done == [0])
  }

  @Test func onceWithoutProgressIsForgiven() async throws {
    let (launches, again, summary) = try await run([.stalled(progress: false), .done])
    #expect(launches == 2 && again == 1 && summary.done == [0])
  }

  @Test func twiceWithoutProgressIsTheEnd() async throws {
    let (launches, again, summary) = try await run([.stalled(progress: false)])
    #expect(launches == 2 && again == 1 && summary.failed.keys.sorted() == [0])
  }

  @Test func standstillsAreBounded() async throws {
    let (launches, _, summary) = try await run([.stalled(progress: true)])
    #expect(launches == StandstillRestarts.most + 1 && summary.failed.keys.sorted() == [0])
  }

  /// A rank that was killed, as for want of memory, would be again.
  @Test func otherFailuresAreTheUsers() async throws {
    let (launches, again, _) = try await run([.killed])
    #expect(launches == 1 && again == 0)
  }
}
