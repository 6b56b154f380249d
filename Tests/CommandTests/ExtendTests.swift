import Foundation
import Testing

extension WithRanks {
  @Suite struct ExtendTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private var short: SmallStudy {
      var study = SmallStudy()
      study.temperatures = "[700 K, 900 K]"
      return study
    }

    /// One round makes the runs, which had too few hops for a D, four times as long. They then record what a
    /// study planned for that length records.
    @Test func anExtendedRunIsOneThatWasPlannedForLonger() throws {
      try folder.write(short.text, to: "small.yaml")
      let first = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      try #require(first.exitCode == 0, "\(first.errors)")
      let study = StudyFolder(path: "\(folder.path)/study")

      let preview = try paddlewheel("extend", "study", "--target", "10%", "--json", in: folder.path)
      #expect(preview.exitCode == 0, "\(preview.errors)")
      let plan = try JSONSerialization.jsonObject(with: Data(preview.output.utf8)) as? [String: Any]
      let points = try #require(plan?["points"] as? [[String: Any]])
      #expect(points.count == 2)
      for point in points {
        #expect(abs((point["sampled_ps"] as? Double ?? 0) - 0.5) < 1e-9)
        #expect(abs((point["planned_ps"] as? Double ?? 0) - 2) < 1e-9)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(study.path)/extensions"))

      let unasked = try paddlewheel("extend", "study", "--target", "10%", "--rounds", "1", in: folder.path)
      #expect(unasked.exitCode == 2)
      #expect(unasked.errors.contains("--yes"), "\(unasked.errors)")

      let extended = try paddlewheel(
        "extend", "study", "--target", "10%", "--rounds", "1", "--yes", in: folder.path)
      #expect(extended.exitCode == 3, "\(extended.errors)")
      #expect(extended.errors.contains("not met after 1 rounds"), "\(extended.errors)")
      var longer = short
      longer.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 2 ps}"
      try folder.write(longer.text, to: "longer.yaml")
      let second = try paddlewheel("run", "longer.yaml", "--output", "longer", in: folder.path)
      try #require(second.exitCode == 0, "\(second.errors)")
      for run in 0..<2 {
        let whole = StudyFolder(path: "\(folder.path)/longer")
        let comparison = try compareRecords(try study.run(run), try whole.run(run))
        #expect(comparison.differences == [])
        #expect(comparison.files == 2)
      }
      for temperature in try study.temperatures() {
        #expect(abs((temperature["sampled_ps"] as? Double ?? 0) - 2) < 1e-9)
      }
    }

    @Test func badTargetsAreSaid() throws {
      try folder.write(short.text, to: "small.yaml")
      try #require(try paddlewheel("plan", "small.yaml", "--output", "study", in: folder.path).exitCode == 0)
      for (arguments, wanted) in [
        (["--target", "10"], "--target: found '10', wanted a percentage"),
        (["--target", "0%"], "--target: found '0%'"),
        (
          ["--target", "10%", "--budget", "100 h"],
          "--budget: found '100 h', wanted an amount of computing time"
        ),
      ] {
        let result = try paddlewheel(["extend", "study"] + arguments, in: folder.path)
        #expect(result.exitCode == 2)
        #expect(result.errors.contains(wanted), "\(result.errors)")
      }
    }
  }
}
