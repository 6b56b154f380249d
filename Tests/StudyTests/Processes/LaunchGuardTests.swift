import Foundation
import Synchronization
import Testing

@testable import Runner
@testable import Scheduler
@testable import StudyStore
@testable import Support

/// Which signals a launch gets, and when.
@Suite struct LaunchGuardTests {
  /// Looks every second until `end_s`.
  private func actions(until end_s: Int, _ view: (Int) -> LaunchGuard.View) -> (
    actions: [Int: LaunchGuard.Action], problem: LaunchProblem?
  ) {
    var launch = LaunchGuard(patience_s: 4, now_s: 0)
    var actions: [Int: LaunchGuard.Action] = [:]
    for now_s in 1...end_s { actions[now_s] = launch.look(view(now_s), now_s: Double(now_s)) }
    return (actions, launch.problem)
  }

  @Test func aLaunchInWhichNothingMovesIsEndedStepByStep() {
    let (actions, problem) = actions(until: 320) { .init(hasProgressed: $0 < 3, limit_s: 300) }
    #expect(actions == [302: .askToStop, 306: .terminate, 310: .kill, 314: .kill, 318: .kill])
    #expect(problem == .stalled(300))
  }

  @Test func aLaunchThatMovesIsLeftAlone() {
    let (actions, problem) = actions(until: 2000) { .init(hasProgressed: $0 % 250 == 0, limit_s: 300) }
    #expect(actions.isEmpty)
    #expect(problem == nil)
  }

  /// Open MPI does not notice each rank that dies before it has registered.
  @Test func aRankThatHasEndedEndsTheLaunch() {
    let (actions, problem) = actions(until: 12) { .init(limit_s: 300, hasLostRank: $0 > 1) }
    #expect(actions == [7: .terminate, 11: .kill])
    #expect(problem == .lostRank)
    // Ranks that end one after the other, as at the end of a run.
    #expect(self.actions(until: 60) { .init(limit_s: 300, hasLostRank: $0 % 6 != 0) }.actions.isEmpty)
  }

  /// A user who waits for the end does not wait as long.
  @Test func aLaunchThatIsToStopIsEndedSooner() {
    let cancelled = actions(until: 45) { .init(isStopping: $0 > 5, hasProgressed: $0 < 3, limit_s: 300) }
    #expect(cancelled.actions == [37: .terminate, 41: .kill, 45: .kill])
    // Two of its longest steps.
    let slow = actions(until: 300) { .init(isStopping: true, hasProgressed: $0 < 3, limit_s: 2000) }
    #expect(slow.actions.keys.min() == 202)
  }

  @Test func requestsAreHandedOn() {
    func requests(_ times: [Int]) -> [Int: LaunchGuard.Action] {
      actions(until: 30) { now in
        .init(
          requests: times.count { $0 <= now }, isStopping: now >= times[0], hasProgressed: true, limit_s: 300)
      }.actions
    }
    #expect(requests([2]) == [2: .askToStop])
    #expect(requests([2, 28]) == [2: .askToStop, 28: .terminate])
    #expect(requests([2, 10, 11]).filter { $0.key < 15 } == [2: .askToStop, 10: .terminate, 11: .kill])
  }

  // MARK: inside of a rank

  /// A rank that stands still ends itself, with the reason on record; one that works does not.
  @Test func aRankThatStandsStillEnds() async throws {
    let said = Mutex<[String]>([])
    let work = Atomic(0)
    let still = StallWatch(limit_s: 1, work: { 0 }) { message in
      said.withLock { $0.append("still: \(message)") }
    }
    let busy = StallWatch(limit_s: 1, work: { work.add(1, ordering: .relaxed).newValue }) { message in
      said.withLock { $0.append("busy: \(message)") }
    }
    let ended = StallWatch(limit_s: 1, work: { 0 }) { message in
      said.withLock { $0.append("ended: \(message)") }
    }
    still.follow(
      record: { message in said.withLock { $0.append("recorded: \(message)") } }, isStopping: { false },
      mark: { nil })
    for watch in [still, busy, ended] { watch.start() }
    ended.end()
    for _ in 0..<100 where said.withLock({ $0.count < 2 }) { usleep(100_000) }
    usleep(1_500_000)
    busy.end()
    let all = said.withLock { $0 }
    #expect(all.count == 2)
    #expect(all.first?.hasPrefix("recorded: no step for 1 s") ?? false)
    #expect(all.last?.hasPrefix("still: no step for 1 s") ?? false)
  }

  @Test func theLimitFollowsTheLongestStep() {
    var pace = StepPace(limit_s: nil)
    #expect(pace.stallLimit_s == 300)
    let first = pace.step()
    usleep(20_000)
    let second = pace.step()
    #expect(!first)
    #expect(second)
    #expect(pace.longest_s >= 0.02)
    #expect(StepPace(limit_s: 7).stallLimit_s == 7)
  }
}
