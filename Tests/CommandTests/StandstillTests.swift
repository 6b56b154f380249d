import Foundation
import TestSupport
import Testing

extension WithRanks {
  /// Processes that neither live nor die, and two commands at once.
  @Suite struct StandstillTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func manifest(stallLimit: String, sample: String = "0.5 ps") -> String {
      var study = SmallStudy()
      study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: \(sample)}"
      return study.text.replacing("{ranks: 2}", with: "{ranks: 2, stall-limit: \(stallLimit)}")
    }

    /// Long enough for a step on a busy machine. Under a bare mpirun nobody but the ranks themselves can end it. The next start
    /// goes on from the checkpoint.
    @Test func aRankThatIsStoppedEndsTheRunAndItResumes() throws {
      try folder.write(manifest(stallLimit: "5 s", sample: "8 ps"), to: "small.yaml")
      #expect(try paddlewheel("plan", "small.yaml", "--output", "study", in: folder.path).exitCode == 0)
      let study = StudyFolder(path: "\(folder.path)/study")
      let ranks = try Ranks(study)
      try #require(ranks.reach { study.checkpointStep() >= 10 && ranks.ranks.count == 2 }, "\(ranks.output)")
      let processes = ranks.ranks
      kill(processes[1], SIGSTOP)
      #expect(ranks.end(within: 30) == 1)
      #expect(ranks.output.contains("no step for 5 s"), "\(ranks.output)")
      #expect(try study.state()["state"] as? String == "failed")
      #expect(try study.state()["reason"] as? String == "stalled")
      // mpirun kills what it can't end within a second or two.
      for _ in 0..<1000 where processes.contains(where: Self.isThere) { usleep(10_000) }
      #expect(!processes.contains(where: Self.isThere))
      #expect(try simulate(study) == 0)
      #expect(study.log().contains(/resumes sample at step [1-9]/))
      try #require(
        try paddlewheel("plan", "small.yaml", "--output", "whole", in: folder.path).exitCode == 0)
      let whole = StudyFolder(path: "\(folder.path)/whole")
      try #require(try simulate(whole) == 0)
      #expect(try compareRecords(try study.run(), try whole.run()).differences == [])
    }

    /// `run` itself goes on from the checkpoint, and says so.
    @Test func runGoesOnAfterAStandstill() throws {
      try folder.write(manifest(stallLimit: "5 s", sample: "8 ps"), to: "small.yaml")
      let study = StudyFolder(path: "\(folder.path)/study")
      let driver = Process()
      driver.executableURL = URL(fileURLWithPath: program)
      driver.arguments = ["run", "small.yaml", "--output", "study"]
      driver.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      let errors = "\(folder.path)/errors"
      try Data().write(to: URL(fileURLWithPath: errors))
      driver.standardError = FileHandle(forWritingAtPath: errors)
      driver.standardOutput = FileHandle.nullDevice
      try startUnmasked(driver)
      var stopped: pid_t?
      while driver.isRunning, stopped == nil {
        usleep(2000)
        guard FileManager.default.fileExists(atPath: "\(study.path)/runs"), study.checkpointStep() >= 10,
          let rank = Self.ranks(of: study).last
        else { continue }
        kill(rank, SIGSTOP)
        stopped = rank
      }
      driver.waitUntilExit()
      let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
      #expect(driver.terminationStatus == 0 && stopped != nil, "\(text)")
      #expect(text.contains("stood still, and goes on from its checkpoint: no step for 5 s"), "\(text)")
      #expect(study.log().contains(/resumes sample at step [1-9]/))
    }

    /// Ranks of `aggregate` wait for each other; the limit is that of the study's runs.
    @Test func aStoppedRankEndsAParallelAggregate() throws {
      var small = SmallStudy()
      small.temperatures = "[700 K, 800 K, 900 K, 1000 K]"
      small.resources = "{ranks: 1, stall-limit: 5 s}"
      small.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 0.2 ps}"
      try folder.write(small.text, to: "small.yaml")
      let study = StudyFolder(path: "\(folder.path)/study")
      try #require(try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path).exitCode == 0)
      let before = try study.resultFiles()
      let ranks = try Ranks(arguments: ["-np", "2", program, "aggregate", study.path])
      // The folder of the new results is made when both have found each other.
      try #require(
        ranks.reach {
          try FileManager.default.contentsOfDirectory(atPath: study.results).contains {
            $0.hasPrefix(".new-results")
          }
        }, "\(ranks.output)")
      kill(try #require(ranks.ranks.last), SIGSTOP)
      #expect(ranks.end(within: 60) == 1, "\(ranks.output)")
      #expect(ranks.output.contains("no sign of life from rank "), "\(ranks.output)")
      #expect(ranks.output.contains("for 5 s") && ranks.output.contains("(resources.stall-limit)"))
      #expect(try study.resultFiles().filter { !$0.key.hasPrefix(".") } == before)
      #expect(try paddlewheel("aggregate", study.path, in: folder.path).exitCode == 0)
    }

    /// The processes that simulate a study.
    private static func ranks(of study: StudyFolder) -> [pid_t] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return names.compactMap { pid_t($0) }.sorted().filter { pid in
        let words = (FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()).split(
          separator: 0)
        guard words.count > 2, words[0] == Data(program.utf8), words[1] == Data("simulate".utf8) else {
          return false
        }
        return words.contains(Data(study.path.utf8))
      }
    }

    /// A process that has ended may wait for its parent, which is gone.
    private static func isThere(_ process: pid_t) -> Bool {
      let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      guard let state = text?.split(separator: ") ").last?.first else { return false }
      return state != "Z" && state != "X"
    }

    /// Of three that begin at the same moment one finishes the study; the others say who it is, and leave nothing.
    @Test func oneOfThreeStartsFinishesTheStudy() async throws {
      try folder.write(manifest(stallLimit: "1 min"), to: "small.yaml")
      let path = folder.path
      let results = try await withThrowingTaskGroup(of: CommandResult.self) { group in
        for number in 0..<3 {
          // Outputs are captured in the folder that a command runs in.
          let own = "\(path)/\(number)"
          try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
          group.addTask { try paddlewheel("run", "../small.yaml", "--output", "../study", in: own) }
        }
        return try await group.reduce(into: [CommandResult]()) { $0.append($1) }
      }
      #expect(results.map(\.exitCode).sorted() == [0, 3, 3], "\(results)")
      for other in results where other.exitCode == 3 {
        #expect(other.errors.contains("is at work"), "\(other.errors)")
      }
      let study = StudyFolder(path: "\(path)/study")
      let names = try FileManager.default.subpathsOfDirectory(atPath: study.path)
      #expect(names.filter { $0.contains("attempt-") }.count == 1)
      #expect(!names.contains { $0.hasSuffix(".tmp") || $0.contains("at-work") })
    }
  }
}
