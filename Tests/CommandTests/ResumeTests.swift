import Crystal
import Foundation
import Mathematics
import Runner
import Synchronization
import Testing
import Trajectory

/// An integrator and an uninterrupted run with it.
struct Reference: Sendable, CustomTestStringConvertible {
  var name: String
  var dynamics: String

  var testDescription: String { name }

  static let chain = Reference(name: "Nosé-Hoover chain", dynamics: "{ensemble: nvt, timestep: 1 fs}")
  static let langevin = Reference(
    name: "Langevin",
    dynamics: "{ensemble: nvt, thermostat: {langevin: {friction: 10 /ps}}, timestep: 1 fs}")
  static let constantEnergy = Reference(name: "NVE", dynamics: "{ensemble: nve, timestep: 1 fs}")
  static let chainPressure = Reference(
    name: "MTK", dynamics: "{ensemble: npt, barostat: {mtk: {damping: 0.5 ps, cell: full}}, timestep: 1 fs}")
  static let noisePressure = Reference(
    name: "Parrinello-Rahman with noise",
    dynamics: "{ensemble: npt, thermostat: {langevin: {friction: 10 /ps}}, barostat: "
      + "{parrinello-rahman: {lattice-mass: 1000 amu, friction: 10 /ps, cell: full}}, timestep: 1 fs}")
  static let shortSteps = Reference(
    name: "RESPA", dynamics: "{ensemble: npt, timestep: 1 fs, multiple-timestep: {outer: 2 fs}}")
  static let rigid = Reference(
    name: "rigid", dynamics: "{ensemble: npt, rigid: [B12H12], timestep: 2 fs}")
  static let frozen = Reference(
    name: "frozen", dynamics: "{ensemble: nvt, freeze: {B12H12: rotation, from: sample}, timestep: 1 fs}")

  var study: SmallStudy {
    var study = SmallStudy()
    study.dynamics = dynamics
    return study
  }
}

extension WithRanks {
  @Suite struct ResumeTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private static var longStudy: SmallStudy {
      var study = Reference.chain.study
      study.stages = long
      return study
    }

    /// The uninterrupted run, with checkpoints at the ends of stages only: checkpoints must not change the
    /// trajectory. Computed once for all tests that compare with it.
    static func uninterrupted(_ manifest: SmallStudy) throws -> StudyFolder {
      var manifest = manifest
      manifest.record = manifest.record.replacing("checkpoint: 0.03 s", with: "checkpoint: 1 h")
      return try wholeStudies.withLock { studies in
        if let folder = studies[manifest.text] { return StudyFolder(path: "\(folder.path)/whole") }
        let folder = try Folder()
        let study = try manifest.plan(in: folder, as: "whole")
        try #require(try simulate(study) == 0)
        removeAtExit(folder)
        studies[manifest.text] = folder
        return study
      }
    }

    private static let wholeStudies = Mutex<[String: Folder]>([:])

    static func expectEqual(_ one: StudyFolder, _ other: StudyFolder) throws {
      let comparison = try compareRecords(try one.run(), try other.run())
      #expect(comparison.differences == [])
      #expect(comparison.files == 2)
      // Positions, orientations and boxes of three groups, observables of two stages: tens of datasets.
      #expect(comparison.datasets > 40)
      // And of the correlation functions that each run computed, every bit.
      let found = try #require(try RunCorrelations(directory: try one.run()))
      let wanted = try #require(try RunCorrelations(directory: try other.run()))
      #expect(found.isComplete && wanted.isComplete)
      #expect(found.series == wanted.series)
      #expect(wanted.series.contains { $0.sums.joined().contains { $0 != 0 } })
    }

    /// Enough steps for a signal to reach the ranks through mpirun before they are done.
    private static let long = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 1 ps}"

    /// A time limit arrives as USR1 to mpirun.
    @Test(
      arguments: [
        Reference.chain, .langevin, .constantEnergy, .chainPressure, .noisePressure, .shortSteps, .rigid,
        .frozen,
      ])
    func aStoppedRunGoesOnBitForBit(_ reference: Reference) throws {
      var manifest = reference.study
      manifest.stages = Self.long
      let study = try manifest.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.checkpointStep() >= 40 }, "\(first.output)")
      kill(first.process.processIdentifier, SIGUSR1)
      #expect(first.end() == 75)
      let state = try study.state()
      #expect(state["state"] as? String == "stopped")
      #expect(state["stage"] as? String == "sample")
      let step = try #require(state["step"] as? Int)
      #expect((30..<1020).contains(step))
      let names = try FileManager.default.contentsOfDirectory(atPath: try study.run())
      #expect(names.contains("rank-0000.attempt-1.h5"))
      #expect(!names.contains("rank-0000.h5"))

      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
      #expect(try study.state()["attempt"] as? Int == 2)
      #expect(study.log().contains(/resumes sample at step [1-9]/))
      try Self.expectEqual(study, try Self.uninterrupted(manifest))
    }

    /// Also while relaxing and equilibrating.
    @Test func aRunStoppedWhileItEquilibratesGoesOnBitForBit() throws {
      var manifest = Reference.chain.study
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 1 ps, sample: 50 fs}"
      let study = try manifest.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.log().contains("checkpoint in equilibrate at step") })
      first.stop()
      #expect(first.end() == 75)
      #expect(try study.state()["stage"] as? String == "equilibrate")
      #expect(try simulate(study) == 0)
      try Self.expectEqual(study, try Self.uninterrupted(manifest))
    }

    /// A relaxation resumes where it stopped, with the cell that it had.
    @Test func aRunStoppedWhileItRelaxesGoesOnBitForBit() throws {
      var manifest = Reference.chainPressure.study
      manifest.stages =
        "{relax: {force: 0.005 eV/Å, pressure: 0.01 GPa, cell: full}, equilibrate: 20 fs, sample: 50 fs}"
      let study = try manifest.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.log().contains("checkpoint in relax at step") })
      first.stop()
      #expect(first.end() == 75)
      #expect(try study.state()["stage"] as? String == "relax")
      #expect(try simulate(study) == 0)
      #expect(study.log().contains(/resumes relax at step [1-9]/))
      try Self.expectEqual(study, try Self.uninterrupted(manifest))
    }

    /// Ranks that die at any moment leave a checkpoint and records up to it.
    @Test func aRunWhoseRanksAreKilledGoesOnBitForBit() throws {
      let study = try Self.longStudy.plan(in: folder)
      for (attempt, step) in [(1, 0), (2, 70), (3, 130), (4, 210)] {
        let ranks = try Ranks(study)
        try #require(
          ranks.reach {
            (try? study.state())?["attempt"] as? Int == attempt && ranks.ranks.count == 2
              && study.checkpointStep() >= step
          }, "\(ranks.output)")
        let processes = ranks.ranks
        kill(processes[attempt % 2], SIGKILL)
        #expect(ranks.end() != 0)
        #expect(try study.state()["attempt"] as? Int == attempt)
        #expect(try study.state()["state"] as? String != "done")
      }
      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
      let names = try FileManager.default.contentsOfDirectory(atPath: try study.run()).sorted()
      #expect(
        names == [
          "attempt-1.json", "attempt-2.json", "attempt-3.json", "attempt-4.json", "attempt-5.json",
          "checkpoint.a.h5", "checkpoint.b.h5", "correlations.h5", "log.txt", "rank-0000.h5", "rank-0001.h5",
          "state.json",
          "trajectory.h5",
        ])
      try Self.expectEqual(study, try Self.uninterrupted(Self.longStudy))
    }

    /// A rank dies while the run starts, writes a checkpoint or a frame, or is between two of them: twelve deaths, each
    /// where files and log show that the run has got there.
    @Test func deathsAtEveryMomentLoseNothing() throws {
      var manifest = Reference.noisePressure.study
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 2.5 ps}"
      manifest.record =
        "{mobile: 10 fs, anions: 10 fs, all: 200 fs, observables: 10 fs, checkpoint: 0.03 s}"
      let study = try manifest.plan(in: folder)
      for number in 0..<12 {
        let moment = Moment.allCases[number % Moment.allCases.count]
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: study.run()))
        let before = (log: study.log(), names: names)
        let ranks = try Ranks(study)
        try #require(ranks.reach { ranks.ranks.count == 2 }, "\(ranks.output)")
        try #require(
          ranks.reach { try moment.isReached(in: study, since: before) }, "\(moment): \(ranks.output)")
        kill(try #require(ranks.ranks.dropFirst(number % 2).first), SIGKILL)
        #expect(ranks.end(within: 10) != 0, "\(moment)")
      }
      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
      try Self.expectEqual(study, try Self.uninterrupted(manifest))
    }

    /// Where a run may be when a rank of it dies.
    private enum Moment: CaseIterable {
      case starting, afterCheckpoint, writingCheckpoint, writingFrames

      /// - Parameter before: the log and the names of the run's files when the ranks were started.
      func isReached(in study: StudyFolder, since before: (log: String, names: Set<String>)) throws -> Bool {
        let checkpoints = study.log().dropFirst(before.log.count).ranges(of: "checkpoint in").count
        let run = try study.run()
        let new = Set(try FileManager.default.contentsOfDirectory(atPath: run)).subtracting(before.names)
        switch self {
        case .starting: return true
        case .afterCheckpoint: return checkpoints >= 3
        case .writingCheckpoint: return checkpoints >= 1 && new.contains { $0.hasPrefix(".checkpoint.") }
        case .writingFrames: return new.contains { $0.hasPrefix("rank-0001.attempt-") }
        }
      }
    }

    /// The state after a crash between the merge and the last update of `state.json`.
    @Test func aRunKilledAfterItsMergeEndsWithTheSameRecord() throws {
      let whole = try Self.uninterrupted(Self.longStudy)
      let study = try whole.copy(to: "\(folder.path)/study")
      let path = try study.run() + "/state.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let earlier = text.replacing("\"done\"", with: "\"stopped\"")
        .replacing(/,\n  "sha256" : "[0-9a-f]{64}"/, with: "")
      try earlier.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
      try Self.expectEqual(study, whole)
    }

    // MARK: damaged checkpoints

    /// A study that was stopped with two checkpoints, made once: each test takes a copy.
    private static let stoppedStudy: Result<Folder, any Error> = Result {
      let folder = try Folder()
      let study = try longStudy.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.checkpointStep() >= 60 }, "\(first.output)")
      first.stop()
      try #require(first.end() == 75)
      removeAtExit(folder)
      return folder
    }

    /// The stopped study and its checkpoints, the newest first.
    private func stopped() throws -> (study: StudyFolder, checkpoints: [String]) {
      let original = StudyFolder(path: "\(try Self.stoppedStudy.get().path)/study")
      func written(_ name: String) throws -> Date {
        let attributes = try FileManager.default.attributesOfItem(atPath: original.run() + "/\(name)")
        return try #require(attributes[.modificationDate] as? Date)
      }
      let names = try ["a", "b"].map { "checkpoint.\($0).h5" }.sorted { try written($0) > written($1) }
      let study = try original.copy(to: "\(folder.path)/study")
      return (study, try names.map { try study.run() + "/\($0)" })
    }

    private func damage(_ path: String) throws {
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      // In many places: some bytes of an HDF5 file mean nothing.
      for start in stride(from: 2048, to: data.count - 16, by: 1024) {
        for k in start..<(start + 16) { data[k] ^= 0x55 }
      }
      try data.write(to: URL(fileURLWithPath: path))
    }

    @Test func aDamagedCheckpointGivesWayToTheOther() throws {
      let (study, checkpoints) = try stopped()
      let newest = study.checkpointStep()
      try damage(checkpoints[0])
      let ranks = try Ranks(study)
      var messages: Set<String> = []
      // The message persists while the run continues; a state that is being replaced reads as an old or new
      // one.
      while ranks.process.isRunning {
        if let message = try study.state()["message"] as? String { messages.insert(message) }
        usleep(2000)
      }
      #expect(ranks.end() == 0, "\(ranks.output)")
      let name = (checkpoints[0] as NSString).lastPathComponent
      #expect(messages.contains { $0.contains(name) && $0.contains("damaged") }, "\(messages)")
      let lines = study.log().split(separator: "\n")
      #expect(lines.contains { $0.contains(name) && $0.contains("damaged") }, "the log keeps no word of it")
      let resumed = study.log().firstMatch(of: /resumes sample at step ([0-9]+)/).flatMap { Int($0.1) }
      #expect(try #require(resumed) < newest)
      try Self.expectEqual(study, try Self.uninterrupted(Self.longStudy))
    }

    /// A silent restart from the beginning would discard what was computed.
    @Test func twoDamagedCheckpointsAreAnError() throws {
      let (study, checkpoints) = try stopped()
      let before = try study.files(in: "runs")
      for path in checkpoints { try damage(path) }
      let ranks = try Ranks(study)
      #expect(ranks.end() == 1)
      for path in checkpoints { #expect(ranks.output.contains((path as NSString).lastPathComponent)) }
      #expect(try study.state()["state"] as? String == "failed")
      let after = try study.files(in: "runs")
      for (name, data) in before where name.contains("attempt-1") { #expect(after[name] == data) }
    }

    // MARK: another number of ranks

    /// A run that was stopped on two ranks, and the same run uninterrupted, computed once.
    private static let onTwoRanks: Result<(folder: Folder, step: Int), any Error> = Result {
      let folder = try Folder()
      var manifest = SmallStudy()
      manifest.forces = "{cutoff: 9 Å, precision: double}"
      manifest.record =
        "{mobile: 1 fs, anions: 1 fs, all: 5 fs, observables: 10 fs, correlations: 1 fs, checkpoint: 0.03 s}"
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 1 ps}"
      let study = try manifest.plan(in: folder)
      let first = try Ranks(study)
      try #require(first.reach { study.checkpointStep() >= 30 }, "\(first.output)")
      first.stop()
      try #require(first.end() == 75)
      let whole = try manifest.plan(in: folder, as: "whole")
      try #require(try simulate(whole) == 0)
      removeAtExit(folder)
      return (folder, study.checkpointStep())
    }

    /// The order of the sums changes with the number of ranks: the trajectories differ by rounding and
    /// diverge by a factor e in some 100 fs, which 20 steps can't raise from 1e-13 to 1e-5 Å.
    @Test(arguments: [1, 3]) func aRunGoesOnOnAnotherNumberOfRanks(_ count: Int) throws {
      let (original, step) = try Self.onTwoRanks.get()
      let study = try StudyFolder(path: "\(original.path)/study").copy(to: "\(folder.path)/study")
      #expect(try simulate(study, ranks: count) == 0)
      #expect(try study.state()["state"] as? String == "done")
      #expect(try study.state()["ranks"] as? Int == count)

      let whole = StudyFolder(path: "\(original.path)/whole")
      let comparison = try compareRecords(
        try study.run(), try whole.run(), "--exact-to", "\(step)", "--near-to", "\(step + 20)",
        "--tolerance", "1e-5")
      #expect(comparison.differences == [])
      #expect(comparison.files == 2)
      #expect(comparison.datasets == 8)
      let structure = try buildStructure(
        named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]), seed: 1)
      try RecordedCorrelations(run: try study.run()).expectEqual(structure: structure)
      let result = try paddlewheel("aggregate", study.path, in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
  }
}
