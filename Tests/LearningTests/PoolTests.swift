import Foundation
import StudyStore
import Support
import TestSupport
import Testing

@testable import Learning

/// Which frames get among the candidates, and what is kept on disk.
@Suite struct PoolTests {
  /// Two atoms at a distance along x, with a deviation.
  private static func frame(_ x: Double, deviation: Double) -> String {
    """
    2
    Lattice="8 0 0 0 8 0 0 0 8" Properties=species:S:1:pos:R:3:id:I:1:force_deviation:R:1 step=5 \
    \(CandidateFile.deviationKey)=\(deviation)
    Na 0 0 0 0 0.1
    H \(x) 0 0 1 0.2

    """
  }

  private struct Files {
    let folder: TemporaryFolder
    var output: String { "\(folder.path)/out.extxyz" }

    init() throws { folder = try TemporaryFolder() }

    func write(_ frames: [(x: Double, deviation: Double)], to name: String) throws -> String {
      let path = "\(folder.path)/\(name)"
      try Data(frames.map { PoolTests.frame($0.x, deviation: $0.deviation) }.joined().utf8)
        .write(to: URL(fileURLWithPath: path))
      return path
    }

    func places() throws -> [Double] {
      var found: [Double] = []
      try CandidateFile.forEach(output) { found.append($0.positions[1].x) }
      return found
    }
  }

  /// Na and H: radii of 1.66 and 0.31 Å, so that 0.6 of their sum is 1.182 Å; also across the edge of the cell.
  @Test func unphysicalAndKnownFramesAreLeftOut() throws {
    let files = try Files()
    let first = try files.write(
      [(2, 0.5), (1.18, 0.5), (1.19, 0.5), (6.83, 0.5), (6.81, 0.5), (3, 1.01), (4, 1)], to: "a")
    let second = try files.write([(2, 0.5), (5, 0.2)], to: "b")
    let labelled = try files.write([(5, 0)], to: "labelled")
    let pool = CandidatePool(
      window_eV_A: 0.1...1, rule: PhysicalRule(distance: 0.6), count: 2,
      known: try CandidatePool.digests([labelled, "\(files.folder.path)/none"]))
    let record = try pool.write([(first, "run 1"), (second, "run 2")], to: files.output)
    #expect(try files.places() == [2, 1.19, 6.81, 4])
    #expect(record.candidates == 9 && record.tooNear == 2 && record.tooFar == 1 && record.known == 2)
    #expect(!record.isRelaxed)
    try CandidateFile.forEach(files.output) { frame in
      #expect(frame.info["source"] == "run 1" && frame.info["step"] == "5")
    }
  }

  /// Where all are above the window, those nearest to it are taken.
  @Test func farFramesAreTakenWhereThereAreNoOthers() throws {
    let files = try Files()
    let frames: [(x: Double, deviation: Double)] = (0..<12).map { (number: Int) in
      (x: 2 + 0.1 * Double(number), deviation: 1.5 + Double((7 * number) % 12))
    }
    let path = try files.write(frames, to: "a")
    let pool = CandidatePool(window_eV_A: 0.1...1, rule: PhysicalRule(distance: 0.6), count: 3, known: [])
    let record = try pool.write([(path, "run")], to: files.output)
    #expect(record.isRelaxed && record.tooFar == 12)
    let wanted = frames.sorted { $0.deviation < $1.deviation }.prefix(3).map(\.x)
    #expect(try files.places() == wanted)
  }

  @Test func framesThatTheBaseDoesNotKnowAreLeftOut() throws {
    let files = try Files()
    let path = try files.write([(2, 0.5), (3, 0.5)], to: "a")
    let pool = CandidatePool(
      window_eV_A: 0.1...1, rule: PhysicalRule(distance: 0.6), count: 3,
      isKnownToBase: { $0.positions[1].x < 2.5 }, known: [])
    #expect(try pool.write([(path, "run")], to: files.output).unknownToBase == 1)
    #expect(try files.places() == [2])
  }

  @Test func noRuleLeavesNearAtoms() throws {
    let files = try Files()
    let path = try files.write([(0.1, 0.5)], to: "a")
    let pool = CandidatePool(window_eV_A: 0.1...1, rule: PhysicalRule(distance: 0), count: 3, known: [])
    #expect(try pool.write([(path, "run")], to: files.output).tooNear == 0)
    #expect(try files.places() == [0.1])
  }

  /// A full disk or a killed rank is no finding about the potential.
  @Test func endsOfRuns() {
    func end(_ phase: RunState.Phase, _ reason: EndReason?) -> Exploration.End? {
      var state = RunState(phase)
      state.reason = reason
      return ExplorationReader.end(state)
    }
    #expect(end(.done, nil) == .whole && end(.failed, nil) == .broken)
    #expect(end(.failed, .potentialBound) == .deviation)
    for reason in [EndReason.diskFull, .killed, .stalled, .damagedCheckpoints] {
      #expect(end(.failed, reason) == nil)
    }
    for phase in [RunState.Phase.planned, .running, .stopped, .unknown] { #expect(end(phase, nil) == nil) }
  }

  /// The clock of a loop goes on where the command before has stopped.
  @Test func timeAddsUp() throws {
    let folder = try TemporaryFolder()
    let place = LearningFolder(folder.path)
    var earlier = LearningProgress()
    (earlier.spent_s, earlier.phase_s, earlier.generation, earlier.phase) = (100, 40, 2, .train)
    try AtomicFile.write(try fileJSON(earlier), to: place.progress)
    let clock = try LearningClock(place)
    try clock.begin(.train, of: 2)
    #expect((100..<160).contains(clock.spent_s))
    #expect((40..<100).contains(try clock.endPhase()))
    try clock.begin(.explore, of: 3)
    #expect(try clock.endPhase() < 60)
    try clock.end(.converged)
    let last = try #require(try LearningProgress.load(place))
    #expect(last.outcome == .converged && last.spent_s >= 100 && last.phase == nil)
  }

  /// The optimiser's steps are the same for any number of frames.
  @Test func epochsFollowFromUpdates() {
    #expect(TrainingPhase.epochs(updates: 1000, epochs: 7, batch: 8, 80) == 100)
    #expect(TrainingPhase.epochs(updates: 1000, epochs: 7, batch: 8, 81) == 91)
    #expect(TrainingPhase.epochs(updates: nil, epochs: 7, batch: 8, 81) == 7)
    #expect(TrainingPhase.epochs(updates: 1, epochs: 7, batch: 8, 0) == 1)
  }

  @Test func damagedRecordsAreNamed() throws {
    let folder = try TemporaryFolder()
    let place = LearningFolder(folder.path)
    try FileManager.default.createDirectory(
      atPath: place.generation(0).path, withIntermediateDirectories: true)
    try Generation(number: 0, rung: 0).write(to: place.generation(0))
    #expect(try place.generations().map(\.next) == [.select])
    // A later one without those before: its labels were lost.
    let later = place.generation(3).path
    try FileManager.default.createDirectory(atPath: later, withIntermediateDirectories: true)
    let gap = try #require(throws: InputError.self) { try place.generations() }
    #expect("\(gap)".contains("beside generation 3"), "\(gap)")
    try FileManager.default.removeItem(atPath: later)
    try Data("{".utf8).write(to: URL(fileURLWithPath: place.generation(0).record))
    let error = try #require(throws: InputError.self) { try place.generations() }
    #expect("\(error)".contains("generation-000/generation.json"), "\(error)")
    #expect("\(error)".contains("and the folders of all later generations"), "\(error)")
  }

  /// The folder of these files is that of the whole loop: nobody is told to remove it.
  @Test func theWayOnFitsTheDamagedFile() throws {
    let folder = try TemporaryFolder()
    let place = LearningFolder(folder.path)
    for path in [place.record, place.progress] { try Data("{".utf8).write(to: URL(fileURLWithPath: path)) }
    let record = try #require(throws: InputError.self) { _ = try LearningRecord.load(place) }
    #expect("\(record)".contains("learning.json") && "\(record)".contains("another --output"), "\(record)")
    let progress = try #require(throws: InputError.self) { _ = try LearningProgress.load(place) }
    #expect("\(progress)".contains("progress.json") && "\(progress)".contains("remove it"), "\(progress)")
    for error in [record, progress] { #expect(!"\(error)".contains("remove its folder"), "\(error)") }
  }
}
