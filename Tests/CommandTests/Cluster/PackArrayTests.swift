import Foundation
import TestSupport
import Testing

/// On real Slurm: array tasks that take many runs, undisturbed and disturbed.
@Suite(.onCluster, .needs(.cluster, .python)) struct PackArrayTests {
  private func manifest(_ small: SmallStudy, temperatures: String) -> String {
    var study = small
    study.ranks = 1
    study.temperatures = temperatures
    return study.text
  }

  private var six: String {
    var study = SmallStudy()
    study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 0.1 ps}"
    return manifest(study, temperatures: "{from: 500 K, to: 750 K, step: 50 K}")
  }

  private static let srun = [
    ("pack", "node"), ("launcher", "srun"), ("launcher-options", "[--unbuffered]"), ("mpi", "pmix"),
  ]

  /// Two array tasks on whole nodes of two cores take six runs, two at a time, none twice; status says how busy they were.
  @Test func aPackTakesRunsAsLongAsThereAreSome() async throws {
    let study = try ClusterStudy(six, profile: Self.srun + [("max-running", "2")])
    let submitted = try study.submit()
    #expect(submitted.output.contains("2 array tasks on a whole node each, with up to 2 runs side by side"))
    #expect(submitted.output.contains("submitted 6 runs in 2 packs as array"), "\(submitted.output)")
    let third = try study.submit()
    #expect(third.output.contains("nothing to submit"), "\(third.output)")
    try await TestCluster.drain()
    #expect(
      try study.states() == [String](repeating: "done", count: 6), "\(study.output())\(study.output(1))")
    var times: [String: [(Double, Double)]] = [:]
    for run in 0..<6 {
      let attempts = try study.attempts(run)
      #expect(attempts.count == 1)
      let node = attempts.first?["node"] as? String ?? ""
      let begun = try #require(attempts.first?["started_s"] as? Double)
      times[node, default: []].append((begun, try #require(attempts.first?["ended_s"] as? Double)))
    }
    #expect(Set(times.keys) == ["n0", "n1"])
    for (node, runs) in times {
      let most = runs.map { one in runs.count { $0.0 <= one.0 && one.0 < $0.1 } }.max() ?? 0
      #expect(most <= 2, "\(node)")
    }
    let status = try study.command("status")
    #expect(status.output.contains(/submission 1: 6 runs done in 2 packs, [0-9.]+ % of/), "\(status.output)")
    let page = try String(contentsOfFile: "\(study.study.results)/report.html", encoding: .utf8)
    #expect(page.contains("6 runs done in 2 packs"))
    let whole = try await study.expectEqualToUndisturbed(Array(0..<6))
    let here = FileManager.default.contents(atPath: "\(study.study.results)/summary.json")
    #expect(here != nil && here == FileManager.default.contents(atPath: "\(whole.results)/summary.json"))
  }

  /// One array task is killed, and the other takes its runs; one is signalled as at its time limit and requeues itself. What
  /// is cancelled stops, and goes on when it is submitted again. Nothing is lost, nothing runs twice.
  @Test func disturbedPacks() async throws {
    let text = manifest(.disturbed, temperatures: "{from: 500 K, to: 850 K, step: 50 K}")
    let study = try ClusterStudy(text, profile: [("pack", "2 cores"), ("max-running", "2")])
    try study.submit()
    try #require(try await study.reach(4, step: 100))
    let own = try #require(try study.attempts(4).first?["job"] as? [String: Any])
    let (array, task) = (try #require(own["job"] as? Int), try #require(own["task"] as? Int))
    // The program of the other array task.
    let other = 1 - task
    let killed = try TestCluster.shell(
      "for pid in /proc/[0-9]*; do tr '\\0' ' ' <$pid/cmdline 2>/dev/null | "
        + "grep -q 'element \(study.study.path) ' && tr '\\0' '\\n' <$pid/environ | "
        + "grep -qx SLURM_ARRAY_TASK_ID=\(other) && kill -KILL ${pid##*/} && echo killed; done; true")
    #expect(killed.output.contains("killed"))
    try TestCluster.shell("scancel --batch --signal=USR1 \(array)_\(task)")
    let isRequeued = try await wait(120) {
      try study.attempts(4).count > 1
    }
    try #require(isRequeued, "\(study.output(task))")
    let cancelled = try study.command("cancel")
    #expect(cancelled.exitCode == 0, "\(cancelled)")
    try await TestCluster.drain()
    #expect(try Set(study.states()).isSubset(of: ["stopped", "done", "planned"]), "\(study.output(task))")
    try study.submit()
    try await TestCluster.drain()
    #expect(
      try study.states() == [String](repeating: "done", count: 8),
      "\(study.output(0, submission: 2))\(study.output(1, submission: 2))")
    try await study.expectEqualToUndisturbed(Array(0..<8))
  }
}
