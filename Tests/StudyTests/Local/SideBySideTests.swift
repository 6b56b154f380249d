import Foundation
import Synchronization
import Testing

@testable import Runner
@testable import Scheduler
@testable import StudyStore
@testable import Support

/// Keeps each run going for some time, and sees how many go beside it and where.
private final class SlowLauncher: Launcher {
  struct Seen {
    var going = 0
    var most = 0
    var order: [Int] = []
    var cores: [Int: [Int]] = [:]
    var clashes = 0
    var busy: Set<Int> = []
  }

  let seen = Mutex(Seen())
  let failing: Set<Int>
  /// Called when a run has started.
  let onStart: @Sendable (Int, StudyDirectory) -> Void

  init(failing: Set<Int> = [], onStart: @escaping @Sendable (Int, StudyDirectory) -> Void = { _, _ in }) {
    self.failing = failing
    self.onStart = onStart
  }

  func launch(
    study: StudyDirectory, index: Int, place: LaunchPlace, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome {
    let cores = (place.cores ?? []).map(\.number)
    seen.withLock {
      $0.going += 1
      $0.most = max($0.most, $0.going)
      $0.order.append(index)
      $0.cores[index] = cores
      if !$0.busy.isDisjoint(with: cores) { $0.clashes += 1 }
      $0.busy.formUnion(cores)
    }
    onStart(index, study)
    for _ in 0..<20 where stop.count == 0 && !study.cancelMarker(index).exists {
      try await Task.sleep(for: .milliseconds(20))
    }
    seen.withLock {
      $0.going -= 1
      $0.busy.subtract(cores)
    }
    if stop.count > 0 || study.cancelMarker(index).exists { return .stopped }
    if failing.contains(index) { return .failed(exitCode: 1, message: "broken") }
    try RunState(.done).write(to: study.statePath(index))
    return .done
  }
}

private func cores(_ count: Int) -> CorePool {
  CorePool(MachineCores(cores: (0..<count).map { MachineCore(processors: [$0]) }), folder: nil)
}

@Suite struct SideBySideTests {
  private func run(
    _ launcher: SlowLauncher, in folder: String, _ schedule: RunSchedule, cores count: Int,
    stop: StopRequest = StopRequest(), observer: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) async throws -> (RunSummary, StudyDirectory) {
    let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    let runner = StudyRunner(
      study: study, launcher: launcher, schedule: schedule, pool: cores(count), stop: stop,
      observer: observer)
    return (try await runner.run(), study)
  }

  /// Each on a core of its own; a failed run does not stop the others, whose place the next takes.
  @Test func asManyAsThereAreCoresFor() async throws {
    try await withFolder { folder in
      let launcher = SlowLauncher(failing: [3])
      let (summary, study) = try await run(launcher, in: folder, RunSchedule(order: [3, 1, 0, 2]), cores: 2)
      #expect(summary.done.sorted() == [0, 1, 2])
      #expect(summary.error(in: study)?.exitCode == 3)
      let seen = launcher.seen.withLock { $0 }
      #expect(seen.most == 2 && seen.clashes == 0)
      #expect(Set(seen.order.prefix(2)) == [3, 1])
      #expect(seen.cores.values.allSatisfy { $0.count == 1 })
    }
  }

  /// A run with all cores waits until the others have ended.
  @Test func ranksOfDifferentNumber() async throws {
    try await withFolder { folder in
      let launcher = SlowLauncher()
      _ = try await run(
        launcher, in: folder, RunSchedule(order: [0, 1, 2], ranks: [2: 3]), cores: 3)
      let seen = launcher.seen.withLock { $0 }
      #expect(seen.most == 2 && seen.clashes == 0)
      #expect(seen.cores[2] == [0, 1, 2])
    }
  }

  /// More ranks than cores, and the user's own number of runs, go without cores of their own.
  @Test func whatTheUserSaidGoes() async throws {
    try await withFolder { folder in
      let launcher = SlowLauncher()
      _ = try await run(
        launcher, in: folder, RunSchedule(order: [0, 1, 2, 3], jobs: .atMost(3)), cores: 2)
      let seen = launcher.seen.withLock { $0 }
      #expect(seen.most == 3 && seen.clashes == 0)
    }
    try await withFolder { folder in
      let launcher = SlowLauncher()
      _ = try await run(launcher, in: folder, RunSchedule(order: [0, 1], ranks: [0: 4, 1: 4]), cores: 2)
      let seen = launcher.seen.withLock { $0 }
      #expect(seen.most == 1 && seen.cores == [0: [], 1: []])
    }
  }

  /// A run whose forces another program computes has the machine for itself.
  @Test func aRunWithAnEngineGoesAlone() async throws {
    try await withFolder { folder in
      let launcher = SlowLauncher()
      _ = try await run(launcher, in: folder, RunSchedule(order: [0, 1, 2], alone: [1]), cores: 8)
      #expect(launcher.seen.withLock { $0.most } == 1)
    }
  }

  /// All that go are asked at once, and the user is told at once.
  @Test func aRequestStopsAll() async throws {
    try await withFolder { folder in
      let stop = StopRequest()
      let told = Mutex<[Int]>([])
      let launcher = SlowLauncher { index, _ in if index == 1 { stop.request() } }
      let (summary, study) = try await run(
        launcher, in: folder, RunSchedule(order: [0, 1, 2, 3]), cores: 2, stop: stop
      ) { event in
        if case .stopping(let requests, let going) = event { told.withLock { $0 += [requests, going] } }
      }
      #expect(summary.done.isEmpty && summary.unfinished.count == 4)
      #expect(summary.unfinished[2] == "not started")
      #expect(summary.error(in: study)?.exitCode == 75)
      #expect(told.withLock { $0.first } == 1)
    }
  }

  /// A marker of `cancel` stops a run and keeps one from being started; one of an earlier day does not.
  @Test func cancelledRunsAreNotStarted() async throws {
    try await withFolder { folder in
      let launcher = SlowLauncher { index, study in
        guard index == 0 else { return }
        for run in [0, 2] {
          do { try study.cancelMarker(run).create() } catch { Issue.record(error) }
        }
      }
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      try study.cancelMarker(3).create()
      StudyRunner.forgetCancellations(study, nil)
      let (summary, _) = try await run(launcher, in: folder, RunSchedule(order: [0, 1, 2, 3]), cores: 1)
      #expect(summary.done == [1, 3])
      #expect(summary.cancelled == [0, 2])
      #expect(summary.unfinished == [0: "cancelled", 2: "cancelled"])
      #expect(summary.error(in: study) is StoppedError)
    }
  }
}
