import Foundation
import Testing

@testable import Manifest
@testable import Runner
@testable import Scheduler
@testable import StudyStore
@testable import paddlewheel

/// What is shown of runs that go side by side.
@Suite struct RunBoardTests {
  private let study: StudyDirectory
  private let plan: LocalPlan

  /// Eight runs of 1000 steps at 10 steps/s, two at a time; the first three are done.
  init() throws {
    let yaml = """
      study: eight
      system: {structure: na2b12h12-bcc}
      stages: {sample: 1 ps}
      sweep: {temperature: 600 K, replica: 8}
      """
    let studyPlan = try StudyPlan(yaml: yaml, file: "eight.yaml")
    study = try StudyDirectory(unwritten: "/nowhere/eight", plan: studyPlan)
    let curve = PaceCurve.assumed(atoms: 52, stepsPerSecond: 10)
    plan = LocalPlan(
      schedule: RunSchedule(order: Array(0..<8)),
      work: (3..<8).map { Workload(run: $0, steps: 1000, curve: curve) }, cores: 2)
  }

  private func state(_ step: Int, pace: Double) -> RunState {
    var state = RunState(.running, steps: 1000)
    (state.stage, state.step, state.time_ps) = (.sample, step, Double(step) / 1000)
    (state.stepsPerSecond, state.ns_per_day, state.temperature_K) = (pace, pace * 0.0864, 612)
    return state
  }

  /// 500 steps of each of two are left at 5 steps/s, and three whole runs wait: 100 s, then two of 200 s, then one.
  @Test func whatIsLeftFollowsFromTheMeasuredPace() {
    var board = RunBoard(study, plan)
    #expect(board.summary == "3 of 8 done, 5 min left")
    for index in [3, 4] {
      board.take(.started(study.runs[index], resumed: false, LaunchPlace(ranks: 1)))
      board.take(.progress(study.runs[index], state(500, pace: 5)))
    }
    #expect(board.summary == "3 of 8 done, 8 min left, 0.86 ns/day")
    board.take(.ended(study.runs[3], .failed(exitCode: 1, message: "broken")))
    board.take(.ended(study.runs[4], .done))
    #expect(board.summary == "4 of 8 done, 1 failed, 7 min left")
    #expect(board.logLines == [board.summary])
  }

  @Test func linesFitTheTerminal() {
    var board = RunBoard(study, plan)
    for index in 3..<8 {
      board.take(.started(study.runs[index], resumed: false, LaunchPlace(ranks: 1)))
      board.take(.progress(study.runs[index], state(500, pace: 5)))
    }
    for width in [20, 50, 79, 200] {
      let lines = board.block(width: width, height: 24)
      #expect(lines.count == 6 && lines.allSatisfy { $0.count <= width })
    }
    let wide = board.block(width: 79, height: 24)
    #expect(wide[0] == "[4/8] 0003-T600K-r4: sample 0.50 of 1.00 ps, 0.43 ns/day, 2 min left, 612 K")
    #expect(wide[5].hasPrefix("[##############"))
    let short = board.block(width: 79, height: 4)
    #expect(short.count == 4 && short[2] == "… and 3 more")
    #expect(fitted("a, bcd, ef", 8) == "a, bcd")
  }

  @Test func whatIsSaidOfEvents() {
    let board = RunBoard(study, plan)
    let place = LaunchPlace(
      ranks: 3, cores: [0, 1, 4].map { .init(processors: [$0]) })
    #expect(
      board.line(of: .started(study.runs[0], resumed: true, place), isVerbose: false)
        == "[1/8] 0000-T600K-r1: resumes on 3 ranks, cores 0-1,4")
    #expect(
      board.line(of: .stopping(requests: 1, going: 2), isVerbose: false)?.hasPrefix(
        "stopping: 2 runs write checkpoints") == true)
    #expect(board.line(of: .line(study.runs[0], "x"), isVerbose: false) == nil)
  }
}
