import Foundation
import Synchronization
import Testing

@testable import Manifest
@testable import Runner
@testable import Scheduler
@testable import StudyStore

/// A machine on which every run goes as some power of its ranks, and that remembers what was measured.
private final class Machine: Sendable {
  let measured = Mutex<[[Int]]>([])
  let pool: CorePool
  let power: Double

  init(cores: Int, power: Double = 0.74) {
    pool = CorePool(
      MachineCores(cores: (0..<cores).map { MachineCore(processors: [$0]) }), folder: nil)
    self.power = power
  }

  func plan(
    _ study: StudyDirectory, wishes: LocalPlanner.Wishes = LocalPlanner.Wishes(), only: [Int]? = nil
  ) async throws -> LocalPlan {
    try await LocalPlanner(
      study, sizes: study.runs.map { _ in 416 }, wishes: wishes, pool: pool,
      measure: { [self] _, ranks, jobs in
        measured.withLock { $0.append([ranks, jobs]) }
        return PaceCurve.Point(ranks: ranks, jobs: jobs, stepsPerSecond: 100 * pow(Double(ranks), power))
      }
    ).plan(only: only)
  }
}

private let long = plainExample.replacing("{ranks: 2}", with: "{ranks: auto}")
  .replacing("sample: 50 ps", with: "sample: 50 ns")

@Suite struct LocalPlannerTests {
  private func ranks(_ plan: LocalPlan) -> [Int] { plan.schedule.order.map { plan.schedule.ranks(of: $0) } }

  /// Measured once, side by side as runs will go, and kept.
  @Test func ranksAreChosenOnce() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(long))
      let machine = Machine(cores: 2)
      let first = try await machine.plan(study)
      #expect(machine.measured.withLock { $0 } == [[1, 2], [2, 1]])
      #expect(ranks(first) == [1, 1, 1, 1])
      #expect(first.chosen == [0, 1, 2, 3])
      let steps = Double(study.runs[0].manifest.steps)
      #expect(abs(try #require(first.duration_s) - 2 * steps / 100) < 1)
      #expect(abs(try #require(first.coreHours) - 4 * steps / 100 / 3600) < 1e-3)
      let second = try await machine.plan(try StudyDirectory(opening: folder))
      #expect(machine.measured.withLock { $0.count } == 2)
      #expect(second.chosen.isEmpty && ranks(second) == ranks(first))
      // A single run would get both cores, had it not been decided before.
      #expect(ranks(try await machine.plan(study, only: [3])) == [1])
    }
  }

  @Test func whatTheUserSaidWins() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(long))
      let machine = Machine(cores: 4)
      #expect(ranks(try await machine.plan(study, wishes: LocalPlanner.Wishes(ranks: 3))) == [3, 3, 3, 3])
      #expect(machine.measured.withLock { $0.isEmpty })
      #expect(try ChosenRanks.read(folder).ranks.isEmpty)
      _ = try await machine.plan(study)
      let fixed = try StudyDirectory(
        creating: folder, plan: try plan(long.replacing("ranks: auto", with: "ranks: 2")))
      #expect(ranks(try await machine.plan(fixed)) == [2, 2, 2, 2])
    }
  }

  /// Begun by other means: the ranks of the first attempt stay, unless they would crowd the machine.
  @Test func runsThatHaveBegunKeepTheirRanks() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(long))
      for (index, count) in [(1, 4), (2, 16)] {
        _ = try study.attempts(at: index).claim(above: 0, ranks: count) { _ in false }
        var state = RunState(.stopped, steps: study.runs[index].manifest.steps)
        (state.attempt, state.ranks) = (1, count)
        try state.write(to: study.statePath(index))
      }
      let plan = try await Machine(cores: 8, power: 0.9).plan(study)
      #expect(plan.schedule.ranks(of: 1) == 4)
      #expect(plan.schedule.ranks(of: 2) <= 8)
      #expect(plan.chosen == [0, 2, 3])
    }
  }

  /// Of a minute, or on one core: there is nothing to choose.
  @Test func shortStudiesAreNotMeasured() async throws {
    try await withFolder { folder in
      let text = long.replacing("sample: 50 ns", with: "sample: 1 ps")
      let study = try StudyDirectory(creating: folder, plan: try plan(text))
      let machine = Machine(cores: 8)
      #expect(ranks(try await machine.plan(study)) == [1, 1, 1, 1])
      #expect(machine.measured.withLock { $0.isEmpty })
    }
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(long))
      let machine = Machine(cores: 1)
      #expect(ranks(try await machine.plan(study)) == [1, 1, 1, 1])
      #expect(machine.measured.withLock { $0.isEmpty })
    }
  }

  /// Four runs on 6 cores: what lies between the measured powers of two is measured before it is taken.
  @Test func whatIsChosenIsMeasured() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(long))
      let machine = Machine(cores: 12, power: 0.9)
      let plan = try await machine.plan(study)
      #expect(ranks(plan) == [3, 3, 3, 3])
      #expect(machine.measured.withLock { $0.map { $0[0] } }.contains(3))
      #expect(PaceRecord.read(folder).curves.first?.points.contains { $0.ranks == 3 } == true)
    }
  }
}
