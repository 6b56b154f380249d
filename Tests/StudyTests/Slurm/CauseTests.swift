import Testing

@testable import Scheduler
@testable import StudyStore

/// `explain` says why, in one sentence, whatever the state.
@Suite struct CauseTests {
  private func cause(_ state: RunState, isCancelled: Bool = false, isSubmitted: Bool = false) -> String {
    RunDiagnosis.cause(state, nil, nil, isCancelled: isCancelled, isSubmitted: isSubmitted)
  }

  private func expectSentence(_ text: String) {
    #expect(text.hasSuffix(".") && text.first?.isUppercase == true && text.count > 20, "\(text)")
    #expect(!text.dropLast().contains(". "), "\(text)")
  }

  @Test(arguments: RunState.Phase.allCases) func everyStateHasOne(_ phase: RunState.Phase) {
    expectSentence(cause(RunState(phase, steps: 100)))
    var told = RunState(phase, steps: 100)
    told.message = "what it said"
    expectSentence(cause(told))
  }

  @Test func everyReasonHasItsOwn() {
    let reasons: [EndReason] = [
      .cancelled, .stopRequested, .diskFull, .killed, .stalled, .engine, .damagedCheckpoints, .potentialBound,
    ]
    for reason in reasons {
      var state = RunState(.failed, steps: 100)
      state.reason = reason
      expectSentence(cause(state))
    }
    #expect(Set(reasons.map(\.cause)).count == reasons.count)
  }

  @Test func aCancelledRunWasCancelled() {
    #expect(cause(RunState(.stopped, steps: 100), isCancelled: true).contains("paddlewheel cancel"))
    #expect(!cause(RunState(.stopped, steps: 100)).contains("paddlewheel cancel"))
  }

  @Test(arguments: [
    "Resources", "Priority", "JobArrayTaskLimit", "BeginTime", "Dependency", "DependencyNeverSatisfied",
    "PartitionTimeLimit", "BadConstraints", "PartitionDown", "JobHeldUser",
    "ReqNodeNotAvail, UnavailableNodes:n1",
    "AssocGrpCpuLimit", "QOSMaxJobsPerUserLimit", "InvalidAccount",
  ]) func slurmsReasonsAreWorded(_ reason: String) {
    #expect(PendingReason.cause(reason) != "see man squeue" && !PendingReason.advice(reason).isEmpty)
  }
}
