import Foundation
import Testing

@testable import StudyStore
@testable import Support

/// What is said of a run that says that it is running.
@Suite struct LivenessTests {
  private let now_s = 1e6

  private func running(_ change: (inout RunState) -> Void = { _ in }) -> RunState {
    var state = RunState(.running, steps: 100)
    state.step = 10
    state.stepsPerSecond = 1
    state.host = "node1"
    state.pid = 42
    state.heartbeat_s = now_s
    state.uptime_s = 5000
    change(&state)
    return state
  }

  private func observed(
    _ state: RunState, _ presence: ProcessIdentity.Presence, sinceBoot_s: Double = 5001
  ) -> RunState {
    state.observed(
      at: Date(timeIntervalSince1970: now_s), sinceBoot_s: sinceBoot_s, presence: { _ in presence })
  }

  @Test func aProcessThatIsGoneHasStopped() {
    #expect(observed(running(), .gone).state == .stopped)
    #expect(observed(running(), .alive) == running())
    #expect(observed(running(), .unseen) == running())
    #expect(observed(running { $0.state = .done }, .gone).state == .done)
  }

  /// The clock of the node stood in the future, or ours was set back; or the number is damaged.
  @Test(arguments: [1e8, 3600, 121, -601, -1e8, -1e300, 1e300, .infinity, .nan])
  func aWordAtAnImpossibleTimeIsNoLife(_ offset_s: Double) {
    let seen = observed(running { $0.heartbeat_s = now_s + offset_s }, .unseen)
    #expect(seen.state == .unknown)
    #expect(seen.message?.contains("run again to resume") ?? false)
  }

  @Test func aStateWithoutPlaceOrTimeIsUnknown() {
    #expect(observed(running { $0.heartbeat_s = nil }, .unseen).state == .unknown)
    #expect(observed(running { ($0.host, $0.heartbeat_s) = (nil, now_s - 3600) }, .alive).state == .unknown)
  }

  /// On the same boot no clock that can be set is looked at: an hour back or forth changes nothing.
  @Test(arguments: [-3600.0, 3600, -1e300, .nan]) func aClockThatIsSetChangesNothingHere(_ offset_s: Double) {
    let state = running { $0.heartbeat_s = now_s + offset_s }
    #expect(observed(state, .alive).state == .running)
    #expect(observed(state, .alive).message == nil)
  }

  /// A rank that stands still: said after some seconds, with no time left; after the limit nobody waits for it.
  @Test func aRunWithoutStepsIsSaidToStandStill() {
    let silent = observed(running(), .alive, sinceBoot_s: 5020)
    #expect(silent.state == .running)
    #expect(silent.message == "no step for 20 s")
    #expect(silent.timeLeft_s == nil)
    let slow = running { $0.longestStep_s = 10 }
    #expect(observed(slow, .alive, sinceBoot_s: 5020) == slow)
    #expect(observed(running(), .alive, sinceBoot_s: 5301).state == .unknown)
    #expect(observed(running { $0.stallLimit_s = 900 }, .alive, sinceBoot_s: 5301).state == .running)
    #expect(observed(running { $0.stallLimit_s = .nan }, .alive, sinceBoot_s: 5301).state == .unknown)
    for uptime_s in [-1e300, 1e300, .nan, 6000] {
      #expect(observed(running { $0.uptime_s = uptime_s }, .alive).state == .running)
    }
  }

  // MARK: attempts

  private func attempt(_ change: (inout AttemptRecord) -> Void = { _ in }) -> AttemptRecord {
    var record = AttemptRecord(attempt: 1, ranks: 1, environment: [:])
    change(&record)
    return record
  }

  /// Who holds a run: a living process that takes steps, until it has ended or its job was started again.
  @Test func anAttemptIsHeldByALivingProcess() {
    let job = SlurmJob(job: 7, task: 1, restart: 1)
    var state = RunState(.running)
    state.attempt = 1
    func holder(_ record: AttemptRecord, _ state: RunState, job: SlurmJob? = nil) -> String {
      switch AttemptHolder(record, state: state, job: job) {
      case .nobody: "nobody"
      case .held: "held"
      case .possible: "possible"
      }
    }
    #expect(holder(attempt(), state) == "held")
    #expect(holder(attempt { $0.ended = .stopped }, state) == "nobody")
    #expect(holder(attempt { $0.process?.start += 1 }, state) == "nobody")
    #expect(holder(attempt { $0.host = "node17" }, state) == "possible")
    #expect(holder(attempt { $0.job = SlurmJob(job: 7, task: 1) }, state, job: job) == "nobody")
    // Another task; and a second command in the same allocation.
    #expect(holder(attempt { $0.job = SlurmJob(job: 7, task: 2) }, state, job: job) == "held")
    #expect(holder(attempt { $0.job = job }, state, job: job) == "held")
    var still = state
    still.state = .unknown
    #expect(holder(attempt(), still) == "nobody")
    still.attempt = 0
    #expect(holder(attempt(), still) == "held")
    var failed = state
    failed.state = .failed
    #expect(holder(attempt { $0.host = "node17" }, failed) == "nobody")
  }

  /// An attempt of another machine: its files decide, not its clock.
  @Test func filesThatChangeAreLife() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let record = attempt { $0.host = "node17" }
      #expect(
        try NumberedRecords<AttemptRecord>(folder: study.runPath(0), prefix: "attempt-", digits: 1)
          .create(record, number: 1))
      var state = RunState(.running, steps: study.runs[0].manifest.steps)
      (state.attempt, state.host, state.pid, state.beats) = (1, "node17", record.pid, 1)
      // The same wrong time again and again: only the counter grows.
      let past = Date(timeIntervalSince1970: 0)
      try state.write(to: study.statePath(0), at: past)
      #expect(study.state(of: 0).state == .unknown)
      var silent = HolderWatch(study, run: 0, job: nil, wait_s: 0.02)
      var moving = HolderWatch(study, run: 0, job: nil, wait_s: 1000)
      #expect(silent.look() == .open)
      #expect(moving.look() == .open)
      usleep(30_000)
      #expect(silent.look() == .free(upTo: 1))
      state.beats = 2
      try state.write(to: study.statePath(0), at: past)
      #expect(moving.look() == .held(record))
      state.state = .done
      try state.write(to: study.statePath(0), at: past)
      #expect(moving.look() == .done)
    }
  }

  /// Of twenty processes that start a run at the same moment one gets it, and the others find it.
  @Test func oneOfManyStartsGetsTheRun() async throws {
    try await withFolder { folder in
      let claims = try await withThrowingTaskGroup(of: AttemptHistory.Claim.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try AttemptHistory(directory: folder).claim(above: 0, ranks: 1) {
              $0.identity.presence() == .alive
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let taken = claims.filter { if case .taken = $0 { true } else { false } }
      #expect(taken.count == 1)
      #expect(
        claims.allSatisfy {
          switch $0 {
          case .taken(let record), .held(let record): record.attempt == 1
          }
        })
    }
  }
}
