import Foundation
import Results
import Runner
import Testing

extension WithRanks {
  /// Incomplete results name what is missing, and the command exits with 3.
  @Suite struct AggregateTests {
    /// Two runs, done and aggregated, once for all tests: each takes a copy.
    static let finished: Result<Folder, any Error> = Result {
      let folder = try Folder()
      try folder.write(SmallStudy.conducting.text, to: "small.yaml")
      let result = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      removeAtExit(folder)
      return folder
    }

    private let folder: Folder
    private let study: StudyFolder
    private let whole: [[String: Any]]

    init() throws {
      folder = try Folder()
      let original = StudyFolder(path: try Self.finished.get().path + "/study")
      study = try original.copy(to: "\(folder.path)/study")
      whole = try original.temperatures()
    }

    private func aggregate() throws -> CommandResult {
      try paddlewheel("aggregate", study.path, in: folder.path)
    }

    /// Expects the results of run 0 alone, unchanged, and a message that run 1 is missing.
    private func expectTheOtherHalf(_ fragments: String...) throws {
      let before = try study.files(in: "runs")
      let result = try aggregate()
      #expect(result.exitCode == 3)
      #expect(result.errors.contains("0001-T1400K-r1"), "\(result.errors)")
      for fragment in fragments { #expect(result.errors.contains(fragment), "\(result.errors)") }
      #expect(!result.errors.contains("0000-T1000K-r1"), "\(result.errors)")
      #expect(try study.files(in: "runs") == before)
      let summary = try study.summary()
      #expect(summary["complete"] as? Bool == false)
      #expect(try study.missing().isEmpty == false)
      for line in try study.missing() { #expect(result.errors.contains(line)) }
      let half = try study.temperatures()
      #expect(half.count == 1)
      #expect(half.first as NSDictionary? == whole.first as NSDictionary?)
    }

    @Test func aMissingRankFileIsNamed() throws {
      try FileManager.default.removeItem(atPath: try study.run(1) + "/rank-0001.h5")
      try expectTheOtherHalf("rank-0001")
    }

    @Test func bothMissingRankFilesAreNamed() throws {
      for name in ["rank-0000.h5", "rank-0001.h5"] {
        try FileManager.default.removeItem(atPath: try study.run(1) + "/\(name)")
      }
      try expectTheOtherHalf("0001-T1400K-r1")
    }

    @Test(arguments: [0, 100, 20_000]) func aTruncatedRankFileIsNamed(_ length: Int) throws {
      let path = try study.run(1) + "/rank-0001.h5"
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      try #require(data.count > length)
      try data.prefix(length).write(to: URL(fileURLWithPath: path))
      try expectTheOtherHalf("rank-0001.h5")
    }

    /// The last bytes are missing, as after a copy over a full quota.
    @Test func aRankFileWithoutItsEndIsNamed() throws {
      let path = try study.run(1) + "/rank-0001.h5"
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      try data.dropLast(64).write(to: URL(fileURLWithPath: path))
      try expectTheOtherHalf("rank-0001.h5")
    }

    /// Both hold the same atoms at the same steps; only their origin differs.
    @Test func aRankFileOfAnotherRunIsNamed() throws {
      let path = try study.run(1) + "/rank-0001.h5"
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: try study.run(0) + "/rank-0001.h5", toPath: path)
      try expectTheOtherHalf("rank-0001.h5")
    }

    @Test func aRankFileOfAnotherStudyIsNamed() throws {
      var other = SmallStudy.conducting
      other.seed = 8
      other.temperatures = "1400 K"
      let foreign = try other.plan(in: folder, as: "other")
      try #require(try simulate(foreign) == 0)
      let path = try study.run(1) + "/rank-0001.h5"
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: try foreign.run() + "/rank-0001.h5", toPath: path)
      try expectTheOtherHalf("rank-0001.h5")
    }

    @Test func aRankFileOfAnotherBlockIsNamed() throws {
      let path = try study.run(1) + "/rank-0001.h5"
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: try study.run(1) + "/rank-0000.h5", toPath: path)
      try expectTheOtherHalf("rank-0001.h5", "holds block 0, not 1")
    }

    /// The snippets of docs/results.md and the schema, on the results of a run.
    @Test func scriptsReadTheResults() throws {
      try ReaderTests.check(StudyFolder(path: Self.finished.get().path + "/study").results)
    }

    /// Results come from the rank files; the virtual file over them is for other programs.
    @Test func theVirtualFileIsNotNeeded() throws {
      let before = try study.resultFiles()
      for index in 0...1 {
        try FileManager.default.removeItem(atPath: try study.run(index) + "/trajectory.h5")
      }
      try study.forgetReadings()
      #expect(try aggregate().exitCode == 0)
      #expect(try study.resultFiles() == before)
    }

    @Test(arguments: [1, 3]) func anyNumberOfThreadsGivesTheSameBytes(_ threads: Int) throws {
      let before = try study.resultFiles()
      try study.forgetReadings()
      let result = try paddlewheel(
        "aggregate", study.path, "--threads", String(threads), in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(try study.resultFiles() == before)
    }

    /// Two ranks have one run each; one of three ranks has nothing to do.
    @Test(arguments: [2, 3]) func anyNumberOfRanksGivesTheSameBytes(_ count: Int) throws {
      let before = try study.resultFiles()
      let alone = try aggregate()
      try study.forgetReadings()
      let ranks = try Ranks(arguments: ["-np", String(count), program, "aggregate", study.path])
      #expect(ranks.end() == 0, "\(ranks.output)")
      // One table, not one from each rank.
      #expect(ranks.output == alone.output)
      #expect(try study.resultFiles() == before)
    }

    /// What any rank finds missing is reported once, by the first, and the job exits with 3.
    @Test func ranksNameWhatIsMissing() throws {
      try FileManager.default.removeItem(atPath: try study.run(1) + "/rank-0001.h5")
      let ranks = try Ranks(arguments: ["-np", "2", program, "aggregate", study.path])
      #expect(ranks.end() == 3)
      #expect(ranks.output.ranges(of: "rank-0001.attempt-1.h5: is missing").count == 1, "\(ranks.output)")
      #expect(try study.summary()["complete"] as? Bool == false)
    }

    /// A limit on the size of files stands for a disk that is full. The analysis is another one, so that every file
    /// would change.
    @Test func aFullDiskLeavesTheOldResultsWhole() throws {
      let manifest = "\(study.path)/study.yaml"
      let whole = try String(contentsOfFile: manifest, encoding: .utf8)
      // Edited by hand, it has no digest.
      let text = whole.drop { $0 != "\n" }.dropFirst()
      #expect(whole.hasPrefix("# SHA-256") && text.contains("analysis:\n"))
      try Data(text.replacing("analysis:\n", with: "analysis:\n  drift: none\n").utf8).write(
        to: URL(fileURLWithPath: manifest))
      let before = try study.resultFiles()
      for verb in ["aggregate", "report"] {
        let result = try shell("ulimit -f 8; exec '\(program)' \(verb) '\(study.path)'")
        #expect(result.exitCode == 1, "\(result.errors)")
        #expect(result.errors.contains("File too large") && result.errors.contains("\(study.results)/"))
        #expect(
          !result.errors.contains("Error Domain") && !result.errors.contains(".tmp"), "\(result.errors)")
        #expect(try study.resultFiles() == before, "\(verb)")
      }
      #expect(try aggregate().exitCode == 0)
      #expect(try study.resultFiles() != before)
    }

    private func shell(_ command: String) throws -> (exitCode: Int32, errors: String) {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", command]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = pipe
      try process.run()
      let errors = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: errors, as: UTF8.self))
    }

    /// A study that was moved, and that nothing can be written to.
    @Test func aMovedStudyIsReadInFull() throws {
      let there = StudyFolder(path: "\(folder.path)/archive/of/others")
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/archive/of", withIntermediateDirectories: true)
      try FileManager.default.moveItem(atPath: study.path, toPath: there.path)
      let before = try there.files(in: ".")
      for words in [
        ["status", there.path], ["explain", there.path, "0"],
        ["export", there.path, "0", "--format", "extxyz", "--output", "x.xyz"],
        ["aggregate", there.path, "--results", "mine"], ["report", there.path, "--results", "mine"],
        ["extend", there.path, "--target", "10%", "--dry-run"],
      ] {
        let result = try paddlewheel(words, in: folder.path)
        #expect(result.exitCode == 0, "\(words[0]): \(result.errors)")
      }
      #expect(try there.files(in: ".") == before, "nothing is written to it")
      for name in ["summary.json", "curves.json", "results.h5", "diffusivity.csv"] {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(folder.path)/mine/\(name)", andPath: "\(there.results)/\(name)"), "\(name)")
      }
    }

    @Test func ranksRefuseWhatIsNoStudyOnce() throws {
      let ranks = try Ranks(arguments: ["-np", "2", program, "aggregate", folder.path])
      #expect(ranks.end() == 2)
      #expect(ranks.output.ranges(of: "found no study.yaml").count == 1, "\(ranks.output)")
    }

    @Test func halfAStudyGivesACorrectHalf() throws {
      let half = StudyFolder(path: "\(folder.path)/half")
      try folder.write(SmallStudy.conducting.text, to: "small.yaml")
      let result = try paddlewheel(
        "run", "small.yaml", "--output", half.path, "--only", "0", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let again = try paddlewheel("aggregate", half.path, in: folder.path)
      #expect(again.exitCode == 3)
      #expect(again.errors.contains("0001-T1400K-r1: planned, not started"), "\(again.errors)")
      // The same seed, number of ranks and machine: the same run.
      #expect(try half.temperatures().first as NSDictionary? == whole.first as NSDictionary?)
      #expect(try half.temperatures().count == 1)

      let rest = try paddlewheel("run", "small.yaml", "--output", half.path, in: folder.path)
      #expect(rest.exitCode == 0, "\(rest.errors)")
      #expect(try half.temperatures() as NSArray == whole as NSArray)
    }

    /// A running run counts up to the last readable record, and is reported as running.
    @Test func aRunningRunIsReadUpToItsLastCheckpoint() throws {
      var manifest = SmallStudy.conducting
      manifest.record = manifest.record.replacing("checkpoint: 1 h", with: "checkpoint: 0.01 s")
      manifest.stages = manifest.stages.replacing("sample: 3 ps", with: "sample: 60 ps")
      manifest.temperatures = "1000 K"
      let study = try manifest.plan(in: folder, as: "running")
      let ranks = try Ranks(study)
      defer {
        kill(ranks.process.processIdentifier, SIGTERM)
        _ = ranks.end()
      }
      try #require(ranks.reach { study.checkpointStep() >= 1000 }, "\(ranks.output)")
      let result = try paddlewheel("aggregate", study.path, in: folder.path)
      #expect(ranks.process.isRunning)
      #expect(result.exitCode == 3)
      #expect(result.errors.contains("0000-T1000K-r1: running, "), "\(result.errors)")
      let sampled = try #require(try study.temperatures().first?["sampled_ps"] as? Double)
      #expect(sampled >= 1 && sampled < 60)
    }

    /// Python's module `paddlewheel`: its tests compare what it gives with the files of the results.
    @Test func pythonReadsTheResults() throws {
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("python/tests")
      let script = """
        import os, sys, unittest
        os.environ["PADDLEWHEEL_TEST_STUDY"] = sys.argv[1]
        found = unittest.defaultTestLoader.discover(sys.argv[2])
        result = unittest.TextTestRunner().run(found)
        print(result.testsRun if result.wasSuccessful() else 0)
        """
      #expect(try ExchangeTests.python(["-c", script, study.path, tests.path]) == "10")
    }

    @Test func aStudyThatNeverStartedSaysSo() throws {
      let study = try SmallStudy.conducting.plan(in: folder, as: "new")
      let result = try paddlewheel("aggregate", study.path, in: folder.path)
      #expect(result.exitCode == 3)
      for name in ["0000-T1000K-r1", "0001-T1400K-r1"] {
        #expect(result.errors.contains("\(name): planned, not started"), "\(result.errors)")
      }
    }
  }
}
