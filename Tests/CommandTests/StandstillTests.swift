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
      try folder.write(manifest(stallLimit: "5 s", sample: "2 ps"), to: "small.yaml")
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
