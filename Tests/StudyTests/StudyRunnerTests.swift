import Foundation
import Synchronization
import Testing

@testable import Runner
@testable import Scheduler
@testable import StudyStore
@testable import Support

/// Ends each run as told and records the calls.
private final class ScriptedLauncher: Launcher {
  let outcomes: [Int: LaunchOutcome]
  let launched = Mutex<[[Int]]>([])
  let stopsAt: Int?

  init(_ outcomes: [Int: LaunchOutcome] = [:], stopsAt: Int? = nil) {
    self.outcomes = outcomes
    self.stopsAt = stopsAt
  }

  func launch(
    study: StudyDirectory, index: Int, place: LaunchPlace, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome {
    launched.withLock { $0.append([index, place.ranks]) }
    if index == stopsAt { stop.request() }
    let outcome = outcomes[index] ?? .done
    if outcome == .done { try RunState(.done).write(to: study.statePath(index)) }
    return outcome
  }
}

private func run(
  _ launcher: ScriptedLauncher, in folder: String, ranks: Int? = nil, only: [Int]? = nil
) async throws -> (RunSummary, StudyDirectory) {
  let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
  let order = only ?? Array(study.runs.indices)
  let schedule = RunSchedule(
    order: order, ranks: Dictionary(uniqueKeysWithValues: order.map { ($0, ranks ?? 2) }), jobs: .atMost(1))
  return (try await StudyRunner(study: study, launcher: launcher, schedule: schedule).run(), study)
}

@Test func allRunsAreRunOnce() async throws {
  try await withFolder { folder in
    let first = ScriptedLauncher()
    let (summary, study) = try await run(first, in: folder)
    #expect(summary.done == [0, 1, 2, 3])
    #expect(summary.error(in: study) == nil)
    #expect(first.launched.withLock { $0 } == [[0, 2], [1, 2], [2, 2], [3, 2]])
    let second = ScriptedLauncher()
    let (resumed, _) = try await run(second, in: folder)
    #expect(resumed.done == [0, 1, 2, 3])
    #expect(second.launched.withLock { $0 }.isEmpty)
  }
}

/// The other runs continue; the failed one is named, with its reason, and only it is run again.
@Test func failedRunDoesNotStopTheOthers() async throws {
  try await withFolder { folder in
    let (summary, study) = try await run(
      ScriptedLauncher([1: .failed(exitCode: 1, message: "no space left")]), in: folder)
    #expect(summary.done == [0, 2, 3])
    let error = try #require(summary.error(in: study))
    #expect(error.exitCode == 3)
    #expect(error.description.contains("0001-T500K-r2 failed: no space left"))
    let again = ScriptedLauncher()
    _ = try await run(again, in: folder, ranks: 5)
    #expect(again.launched.withLock { $0 } == [[1, 5]])
  }
}

@Test func exitCodeWhenNothingRan() async throws {
  let bad = LaunchOutcome.failed(exitCode: 2, message: "overlap")
  let broken = LaunchOutcome.failed(exitCode: 134, message: "crash")
  for (outcome, code) in [(bad, Int32(2)), (broken, 1)] {
    try await withFolder { folder in
      let all = Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, outcome) })
      let (summary, study) = try await run(ScriptedLauncher(all), in: folder)
      #expect(summary.error(in: study)?.exitCode == code)
    }
  }
}

@Test func stoppingLeavesTheRest() async throws {
  try await withFolder { folder in
    let (summary, study) = try await run(ScriptedLauncher([1: .stopped], stopsAt: 1), in: folder)
    #expect(summary.done == [0])
    #expect(summary.unfinished == [1: "stopped before a checkpoint", 2: "not started", 3: "not started"])
    #expect(summary.error(in: study)?.exitCode == 75)
  }
}

@Test func onlyTheChosenRunsAreRun() async throws {
  try await withFolder { folder in
    let launcher = ScriptedLauncher()
    let (summary, _) = try await run(launcher, in: folder, only: [2, 0])
    #expect(summary.done == [2, 0])
    #expect(launcher.launched.withLock { $0 } == [[2, 2], [0, 2]])
    await #expect(throws: InputError.self) { try await run(launcher, in: folder, only: [4]) }
  }
}

/// A run that another process is executing is left alone.
@Test func runningRunIsNotStartedTwice() async throws {
  try await withFolder { folder in
    let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    var state = RunState(.running)
    let own = ProcessIdentity.current
    state.host = own.host
    state.pid = own.pid
    state.process = own.origin
    // Beside many other tests this one may wait for minutes.
    state.stallLimit_s = 1e5
    try state.write(to: study.statePath(2))
    let launcher = ScriptedLauncher()
    let (summary, _) = try await run(launcher, in: folder)
    #expect(launcher.launched.withLock { $0 }.map { $0[0] } == [0, 1, 3])
    #expect(summary.unfinished[2]?.contains("as process \(getpid())") == true)
    #expect(summary.error(in: study)?.exitCode == 3)
  }
}
