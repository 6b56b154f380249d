import Foundation
import Testing

extension WithRanks {
  @Suite struct CancelTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// Works without a scheduler too: the ranks find the marker, write a checkpoint and exit; `run` resumes.
    @Test func aRunHereIsCancelledAndGoesOn() throws {
      var manifest = SmallStudy()
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 50 ps}"
      let study = try manifest.plan(in: folder)
      #expect(
        try paddlewheel("cancel", "study", in: folder.path).output.contains("no run is running or pending"))
      let ranks = try Ranks(study)
      try #require(ranks.reach { study.checkpointStep() >= 10 })
      let result = try paddlewheel("cancel", "study", "0", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(ranks.end() == 75)
      #expect(try study.state()["state"] as? String == "stopped")
      #expect(try study.state()["message"] as? String == "cancelled")
      #expect(try study.state()["reason"] as? String == "cancelled")
      // It stays cancelled when the ranks are started by hand.
      let again = try Ranks(study)
      #expect(again.end() == 75)
      #expect(again.output.contains("cancelled"), "\(again.output)")
      let explained = try paddlewheel("explain", "study", "0", in: folder.path)
      #expect(explained.output.contains("It was cancelled."), "\(explained.output)")
      #expect(try paddlewheel("explain", "study", "7", in: folder.path).exitCode == 2)
    }
  }
}
