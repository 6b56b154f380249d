import Foundation
import TestSupport
import Testing

/// On real Slurm, which checks time limits every 30 s.
@Suite(.onCluster, .needs(.cluster, .python)) struct TimeLimitValidation {
  /// Run 0 is short, run 1 longer than the time limit allows.
  @Test func anArrayTaskAtItsTimeLimitRequeuesItselfAlone() async throws {
    var manifest = SmallStudy()
    manifest.record =
      "{mobile: 1 ps, anions: 1 ps, all: 5 ps, observables: 1 ps, correlations: none, velocities: none, checkpoint: 20 s}"
    manifest.ranks = 1
    // Signalled 0 to 30 s after the start, since Slurm checks every 30 s; 45 s of work are interrupted at
    // least once.
    let pace = try pace(manifest)
    let long_ps = max(5, Int(45 * pace / 1000))
    let text = manifest.text.replacing(
      "sweep: {", with: "sweep: {stages.sample: [1 ps, \(long_ps) ps], ")
    let study = try ClusterStudy(
      text, profile: [("time-limit", "1 min"), ("signal-margin", "45 s"), ("ranks-per-node", "1")])
    try study.submit()
    try await TestCluster.drain(400)
    #expect(try study.states() == ["done", "done"])
    #expect(try study.attempts(0).count == 1)
    let attempts = try study.attempts(1)
    #expect(attempts.count > 1)
    for (number, attempt) in attempts.enumerated() {
      #expect((attempt["job"] as? [String: Any])?["restart"] as? Int == number)
      #expect(attempt["ended"] as? String == (number + 1 < attempts.count ? "stopped" : "done"))
    }
    try await study.expectEqualToUndisturbed([0, 1])
  }

  /// Steps per second of one rank on this machine.
  private func pace(_ manifest: SmallStudy) throws -> Double {
    let folder = try Folder()
    let study = try manifest.plan(in: folder)
    let result = try paddlewheel("pace", study.path, "0", in: folder.path)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return try #require(object?["steps_per_second"] as? Double)
  }
}
