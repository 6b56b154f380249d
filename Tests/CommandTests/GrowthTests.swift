import Foundation
import Testing

extension WithRanks {
  @Suite struct GrowthTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func run(_ study: SmallStudy, into output: String) throws -> CommandResult {
      try folder.write(study.text, to: "small.yaml")
      return try paddlewheel("run", "small.yaml", "--output", output, in: folder.path)
    }

    /// A study that has got a temperature and a longer sampling stage records what it would have recorded had it been
    /// planned so, also where the shorter stage ended between two records.
    @Test func aGrownStudyIsOneThatWasPlannedSo() throws {
      var short = SmallStudy()
      short.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 105 fs}"
      #expect([0, 3].contains(try run(short, into: "study").exitCode))
      var long = SmallStudy()
      long.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 0.2 ps}"
      long.temperatures = "[700 K, 900 K]"
      let grown = try run(long, into: "study")
      #expect(grown.errors.contains("new runs: 1\n"), "\(grown.errors)")
      #expect(grown.errors.contains("runs with a longer sampling stage: 0\n"))
      _ = try run(long, into: "whole")
      let study = StudyFolder(path: "\(folder.path)/study")
      let whole = StudyFolder(path: "\(folder.path)/whole")
      for index in 0..<2 {
        #expect(try study.state(index)["state"] as? String == "done")
        let comparison = try compareRecords(try study.run(index), try whole.run(index))
        #expect(comparison.differences == [])
        #expect(comparison.files == 2)
      }

      var other = long
      other.dynamics = "{ensemble: nvt, timestep: 0.5 fs}"
      let refused = try run(other, into: "study")
      #expect(refused.exitCode == 2)
      #expect(refused.errors.contains("dynamics.timestep: 1 fs, 0.5 fs"), "\(refused.errors)")
      #expect(refused.errors.contains("0000-T700K-r1 (done)"))
    }
  }
}
