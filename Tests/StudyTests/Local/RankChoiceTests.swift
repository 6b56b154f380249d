import Testing

@testable import Runner
@testable import Scheduler
@testable import StudyStore

/// Runs of equal length, whose pace on 1, 2, 4, … ranks is given in steps per second.
private func work(_ count: Int, paces: [Double], steps: Int = 1000) -> [Workload] {
  var curve = PaceCurve(
    system: "s", atoms: 416, machine: PaceMachine(processor: "p", cores: 64, version: "0"), points: [])
  for (index, pace) in paces.enumerated() {
    curve.add(PaceCurve.Point(ranks: 1 << index, jobs: 1, stepsPerSecond: pace))
  }
  return (0..<count).map { Workload(run: $0, steps: steps, curve: curve) }
}

/// Every way to give each of some runs a number of ranks, tried in turn: the answer that the choice has to come near.
private func best(_ work: [Workload], cores: Int) -> Double {
  var least = Double.infinity
  var ranks = [Int](repeating: 1, count: work.count)
  while true {
    let table = RunTimetable(
      work, ranks: Dictionary(uniqueKeysWithValues: ranks.enumerated().map { ($0, $1) }), cores: cores,
      jobs: .automatic)
    least = min(least, table.end_s)
    guard let next = ranks.indices.first(where: { ranks[$0] < cores }) else { return least }
    for index in 0..<next { ranks[index] = 1 }
    ranks[next] += 1
  }
}

@Suite struct RankChoiceTests {
  /// One rank each wins where two ranks lose a fifth.
  @Test func manyRunsGetOneRankEach() {
    let choice = RankChoice(cores: 2, jobs: .automatic).choose(work(16, paces: [100, 167]))
    #expect(Set(choice.values) == [1])
  }

  @Test func aSingleRunGetsTheCores() {
    #expect(RankChoice(cores: 2, jobs: .automatic).choose(work(1, paces: [100, 167])) == [0: 2])
    // But not where that is slower.
    #expect(RankChoice(cores: 2, jobs: .automatic).choose(work(1, paces: [100, 95])) == [0: 1])
  }

  /// Two side by side on a core each, then the third alone on both: 10 s and 6 s, where 1, 1, 1 takes 20 and 2, 2, 2 takes 18.
  @Test func theLastRunGetsTheCoresThatAreLeft() {
    let runs = work(3, paces: [100, 167])
    let choice = RankChoice(cores: 2, jobs: .automatic).choose(runs)
    #expect(choice.values.sorted() == [1, 1, 2])
    let end_s = RunTimetable(runs, ranks: choice, cores: 2, jobs: .automatic).end_s
    #expect(abs(end_s - (10 + 1000 / 167.0)) < 1e-9)
  }

  /// Ten runs on 64 cores: six ranks each use 60 of them, while four leave 24 idle and eight need two waves.
  @Test func tenRunsOnSixtyFourCores() {
    let choice = RankChoice(cores: 64, jobs: .automatic).choose(
      work(10, paces: [100, 180, 310, 480, 600, 620, 600]))
    #expect(Set(choice.values) == [6])
  }

  @Test(arguments: [(3, 4), (4, 3), (5, 4), (6, 3)]) func nearTheBest(_ runs: Int, _ cores: Int) {
    var items = work(runs, paces: [100, 170, 260])
    for index in items.indices { items[index].steps = 1000 + 300 * index }
    let choice = RankChoice(cores: cores, jobs: .automatic).choose(items)
    let end_s = RunTimetable(items, ranks: choice, cores: cores, jobs: .automatic).end_s
    #expect(end_s <= 1.15 * best(items, cores: cores))
  }

  @Test func whatIsDecidedStays() {
    var runs = work(2, paces: [100, 167, 250])
    runs[0].ranks = 3
    runs[1].mostRanks = 1
    #expect(RankChoice(cores: 4, jobs: .automatic).choose(runs) == [0: 3, 1: 1])
  }

  /// The user's number of runs leaves each its part of the cores.
  @Test func ranksForANumberOfRuns() {
    let choice = RankChoice(cores: 8, jobs: .atMost(4)).choose(work(8, paces: [100, 180, 320, 500]))
    #expect(Set(choice.values) == [2])
  }

  /// 7 + 3 against 5 + 5 on two cores, started longest first.
  @Test func longestFirst() {
    let items = [(run: 0, ranks: 1, time_s: 7.0), (1, 1, 5.0), (2, 1, 3.0), (3, 2, 1.0)]
    let table = RunTimetable(items, cores: 2, jobs: .automatic)
    #expect(table.entries.map(\.start_s) == [0, 0, 5, 8])
    #expect(table.end_s == 9)
    #expect(RunTimetable(items, cores: 2, jobs: .atMost(1)).end_s == 16)
  }
}

@Suite struct PaceCurveTests {
  @Test func betweenAndBeyondMeasurements() throws {
    let curve = try #require(work(1, paces: [100, 190, 300]).first?.curve)
    #expect(curve.stepsPerSecond(ranks: 2) == 190)
    let three = try #require(curve.stepsPerSecond(ranks: 3))
    #expect(three > 190 && three < 300)
    #expect(curve.stepsPerSecond(ranks: 16) == 300)
    #expect(PaceCurve.assumed(atoms: 9, stepsPerSecond: nil).stepsPerSecond(ranks: 1) == nil)
  }

  @Test func recordsAreKept() async throws {
    try await withFolder { folder in
      var record = PaceRecord()
      record.set(try #require(work(1, paces: [100, 190]).first?.curve))
      try record.write(folder)
      #expect(PaceRecord.read(folder) == record)
      try write("{}", to: "\(folder)/pace.json")
      #expect(PaceRecord.read(folder).curves.isEmpty)
      try ChosenRanks([3: 2]).write(folder)
      #expect(try ChosenRanks.read(folder).ranks == [3: 2])
      let text = try String(contentsOfFile: "\(folder)/ranks.json", encoding: .utf8)
      try write(text.replacing("\"3\" : 2", with: "\"3\" : 4"), to: "\(folder)/ranks.json")
      #expect(throws: (any Error).self) { try ChosenRanks.read(folder) }
    }
  }
}
