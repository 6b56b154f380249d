import Foundation
import Mathematics
import Testing

extension WithRanks {
  @Suite struct ResumeValidation {
    /// A random rank dies at thirty random steps of the run.
    @Test func thirtyRandomDeathsLoseNothing() throws {
      let folder = try Folder()
      var manifest = Reference.noisePressure.study
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 40 ps}"
      manifest.record =
        "{mobile: 10 fs, anions: 10 fs, all: 200 fs, observables: 10 fs, checkpoint: 0.03 s}"
      let study = try manifest.plan(in: folder)
      var random = SplitMix64(seed: 30)
      for death in 0..<30 {
        let ranks = try Ranks(study)
        // On average a thousand steps are left for each of those that are still to come.
        let target = max(0, study.checkpointStep()) + Int.random(in: 0..<1000, using: &random)
        try #require(
          ranks.reach { ranks.ranks.count == 2 && study.checkpointStep() >= target }, "\(ranks.output)")
        let victim = Int.random(in: 0..<2, using: &random)
        kill(try #require(ranks.ranks.dropFirst(victim).first), SIGKILL)
        #expect(ranks.end(within: 20) != 0, "death \(death)")
      }
      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
      try ResumeTests.expectEqual(study, try ResumeTests.uninterrupted(manifest))
    }
  }
}
