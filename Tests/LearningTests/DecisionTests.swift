import Testing

@testable import Learning

/// What a loop does next, from what is on disk alone.
@Suite struct DecisionTests {
  private static func decision(
    rungs: [Int?] = [nil], generations: Int = 3, labels: Int? = nil, time_s: Double? = nil
  ) throws -> LearningDecision {
    var decision = LearningDecision(try RecipeTests.recipe(RecipeTests.text))
    (decision.rungs, decision.generations, decision.labels, decision.time_s) = (
      rungs, generations, labels, time_s
    )
    decision.fraction = 0.9
    return decision
  }

  /// A generation with the first `phases` of its phases done.
  /// - Parameter below: of ten records.
  private static func generation(
    _ number: Int, rung: Int = 0, phases: Int = 4, below: Int = 5, chosen: Int = 4, labelled: Int = 4,
    broken: Int = 0
  ) -> Generation {
    var one = Generation(number: number, rung: rung)
    if number > 0, phases > 0 {
      one.explored = Exploration(
        runs: [
          Exploration.Run(
            index: 0, directory: "0", temperature_K: 300, end: .whole, planned: 10, records: 10, below: below,
            largest_eV_A: 1, candidates: 5, brokenIons: broken, time_ps: 1)
        ], kinds: [])
    }
    if phases > 1 {
      one.selected = SelectionRecord()
      one.selected?.chosen = chosen
    }
    if phases > 2 {
      one.labelled = LabelRecord()
      one.labelled?.labelled = labelled
      one.labelled?.training = labelled
    }
    if phases > 3 { one.trained = TrainingRecord(frames: 4, epochs: 1) }
    return one
  }

  @Test func phasesFollowEachOther() throws {
    let decision = try Self.decision()
    #expect(decision.next([], spent_s: 0) == .begin(generation: 0, rung: 0))
    let first = (1...4).map { Self.generation(0, phases: $0) }
    #expect(
      first.map { decision.next([$0], spent_s: 0) } == [
        .phase(.select), .phase(.label), .phase(.train), .begin(generation: 1, rung: 0),
      ])
    let second = (0...4).map { [Self.generation(0), Self.generation(1, phases: $0)] }
    #expect(
      second.map { decision.next($0, spent_s: 0) } == [
        .phase(.explore), .phase(.select), .phase(.label), .phase(.train), .begin(generation: 2, rung: 0),
      ])
  }

  @Test func theBoundEndsTheLoopOnTheLastRung() throws {
    let done = [Self.generation(0), Self.generation(1, phases: 1, below: 9)]
    #expect(try Self.decision().next(done, spent_s: 0) == .finish(.converged))
    #expect(try Self.decision(rungs: [nil, nil]).next(done, spent_s: 0) == .begin(generation: 2, rung: 1))
    let above = [Self.generation(0), Self.generation(1, phases: 1, below: 8)]
    #expect(try Self.decision().next(above, spent_s: 0) == .phase(.select))
  }

  /// Models that agree on ions that break have not come to the bound.
  @Test func brokenIonsKeepTheLoopFromItsEnd() throws {
    let broken = [Self.generation(0), Self.generation(1, phases: 1, below: 10, broken: 1)]
    #expect(try Self.decision().next(broken, spent_s: 0) == .phase(.select))
    #expect(try Self.decision(rungs: [nil, nil]).next(broken, spent_s: 0) == .phase(.select))
    #expect(try Self.decision(generations: 0).next(broken, spent_s: 0) == .finish(.generations))
    var allowed = try Self.decision()
    allowed.brokenIons = 1
    #expect(allowed.next(broken, spent_s: 0) == .finish(.converged))
    // What a run lacks that broken ions have ended is above the bound already.
    var early = broken
    early[1].explored?.runs[0].end = .broken
    #expect(early[1].explored?.brokenIons == 0)
  }

  /// A rung with a number of generations is left after them; the last one never is.
  @Test func rungsAreLeft() throws {
    let decision = try Self.decision(rungs: [2, 1])
    let one = [Self.generation(0), Self.generation(1)]
    #expect(decision.next(one, spent_s: 0) == .begin(generation: 2, rung: 0))
    let two = one + [Self.generation(2)]
    #expect(decision.next(two, spent_s: 0) == .begin(generation: 3, rung: 1))
    let three = two + [Self.generation(3, rung: 1)]
    #expect(decision.next(three, spent_s: 0) == .begin(generation: 4, rung: 1))
  }

  /// The last committee is tried before the budget of generations ends the loop.
  @Test func budgets() throws {
    let done = [Self.generation(0), Self.generation(1)]
    let explored = done + [Self.generation(2, phases: 1)]
    #expect(try Self.decision(generations: 1).next(done, spent_s: 0) == .begin(generation: 2, rung: 0))
    #expect(try Self.decision(generations: 1).next(explored, spent_s: 0) == .finish(.generations))
    #expect(try Self.decision(generations: 2).next(explored, spent_s: 0) == .phase(.select))
    #expect(try Self.decision(labels: 8).next(explored, spent_s: 0) == .finish(.labels))
    #expect(try Self.decision(labels: 9).next(explored, spent_s: 0) == .phase(.select))
    #expect(try Self.decision(time_s: 100).next(explored, spent_s: 100) == .finish(.time))
    #expect(try Self.decision(time_s: 100).next(explored, spent_s: 99) == .phase(.select))
    // What is labelled is trained on, and the first committee is made in any case.
    let late = done + [Self.generation(2, phases: 3)]
    #expect(try Self.decision(time_s: 100).next(late, spent_s: 1000) == .phase(.train))
    #expect(
      try Self.decision(time_s: 100).next([Self.generation(0, phases: 1)], spent_s: 1000) == .phase(.select))
    // A committee that stays below the bound has done so whatever was spent.
    let converged = done + [Self.generation(2, phases: 1, below: 10)]
    #expect(
      try Self.decision(generations: 1, labels: 1, time_s: 1).next(converged, spent_s: 9)
        == .finish(.converged))
  }

  /// Twice in a row without a new frame.
  @Test func withoutFramesTheLoopEnds() throws {
    let decision = try Self.decision(generations: 9)
    let done = [Self.generation(0), Self.generation(1)]
    for empty in [
      Self.generation(2, phases: 2, chosen: 0), Self.generation(2, phases: 3, labelled: 0),
    ] {
      #expect(decision.next(done + [empty], spent_s: 0) == .begin(generation: 3, rung: 0))
      let again = done + [empty, Self.generation(3, phases: 2, chosen: 0)]
      #expect(decision.next(again, spent_s: 0) == .finish(.nothingToLabel))
    }
  }

  /// What a run that ended early lacks counts as above the bound.
  @Test func missingRecordsAreAbove() {
    var explored = Exploration(runs: [], kinds: [])
    #expect(explored.fraction == 0)
    for (end, records) in [(Exploration.End.whole, 10), (.broken, 2)] {
      explored.runs.append(
        Exploration.Run(
          index: 0, directory: "0", temperature_K: 300, end: end, planned: 10, records: records,
          below: records,
          candidates: 0, brokenIons: 0, time_ps: 1))
    }
    #expect(explored.fraction == 0.6)
  }
}
