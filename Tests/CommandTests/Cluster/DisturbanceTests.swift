import Foundation
import TestSupport
import Testing

/// On real Slurm: whatever happens to an array task, the run ends with the datasets of an undisturbed run.
@Suite(.onCluster, .needs(.cluster, .python)) struct DisturbanceTests {
  /// Slurm announces the time limit by USR1 to the batch script; here scancel sends it at once.
  /// `TimeLimitValidation` waits for Slurm's own signal.
  @Test func anArrayTaskThatIsSignalledRequeuesItselfAlone() async throws {
    var manifest = SmallStudy.disturbed
    manifest.temperatures = "[600 K, 700 K]"
    let study = try ClusterStudy(manifest.text)
    try study.submit()
    try #require(try await study.reach(1, step: 100))
    let job = try #require(try study.attempts(1).first?["job"] as? [String: Any])
    let (array, task) = (try #require(job["job"] as? Int), try #require(job["task"] as? Int))
    try TestCluster.shell("scancel --batch --signal=USR1 \(array)_\(task)")
    try await TestCluster.drain()
    #expect(try study.states() == ["done", "done"])
    #expect(try study.attempts(0).count == 1)
    let attempts = try study.attempts(1)
    #expect(attempts.compactMap { $0["ended"] as? String } == ["stopped", "done"])
    #expect(attempts.compactMap { ($0["job"] as? [String: Any])?["restart"] as? Int } == [0, 1])
    try await study.expectEqualToUndisturbed([0, 1])
  }

  /// A rank dies: the array task is requeued automatically, but not on the node where it happened.
  @Test func aKilledRankIsStartedAgainElsewhere() async throws {
    let study = try ClusterStudy(SmallStudy.disturbed.text)
    try study.submit()
    try #require(try await study.reach(step: 100))
    let ranks = try study.ranks()
    try #require(ranks.count == 2)
    kill(ranks[1], SIGKILL)
    try await TestCluster.drain()
    #expect(try study.states() == ["done"])
    let attempts = try study.attempts()
    #expect(attempts.count == 2)
    #expect(attempts[0]["ended"] as? String == "failed")
    #expect((attempts[0]["message"] as? String)?.contains("signal 9") ?? false, "\(attempts)")
    #expect(attempts[0]["node"] as? String != attempts[1]["node"] as? String)
    try await study.expectEqualToUndisturbed()
  }

  /// scancel is final: the array task stays cancelled until it is submitted again, and then resumes.
  @Test func aCancelledRunStaysAwayUntilItIsSubmittedAgain() async throws {
    let study = try ClusterStudy(SmallStudy.longDisturbed.text)
    try study.submit()
    try #require(try await study.reach(step: 100))
    try TestCluster.shell("scancel $(squeue -h -t RUNNING -o %F)")
    try await TestCluster.drain()
    #expect(try study.states() == ["stopped"])
    let explained = try study.command("explain", "0")
    #expect(explained.output.contains("It stopped before it was done"), "\(explained.output)")
    #expect(explained.output.contains("resumes it from its checkpoint"), "\(explained.output)")
    // There is no accounting here, which must not matter.
    #expect(explained.output.contains("accounting (sacct) is not available"), "\(explained.output)")

    try study.submit()
    let hasBegun = try await wait(60) {
      try study.attempts().count == 2 && study.states() == ["running"]
    }
    try #require(hasBegun, "\(study.output(submission: 2))")
    let cancelled = try study.command("cancel")
    #expect(cancelled.exitCode == 0, "\(cancelled.errors)")
    #expect(cancelled.output.contains("cancelled: 0000-T700K-r1"), "\(cancelled.output)")
    try await TestCluster.drain()
    #expect(try study.states() == ["stopped"])
    #expect(try study.study.state()["message"] as? String == "cancelled")

    try study.submit()
    try await TestCluster.drain()
    #expect(try study.states() == ["done"])
    #expect(try study.attempts().count == 3)
    try await study.expectEqualToUndisturbed()
  }

  /// The newest checkpoint is truncated while the run is stopped: the other one is used, and nothing is lost.
  @Test func aTruncatedCheckpointDoesNoHarm() async throws {
    let study = try ClusterStudy(SmallStudy.longDisturbed.text)
    try study.submit()
    try #require(try await study.reach(step: 200))
    #expect(try study.command("cancel").exitCode == 0)
    try await TestCluster.drain()
    let run = try study.study.run()
    let newest = try ["a", "b"].map { "\(run)/checkpoint.\($0).h5" }.max {
      try modified($0) < modified($1)
    }
    let path = try #require(newest)
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 1000)
    try study.submit()
    try await TestCluster.drain()
    #expect(try study.states() == ["done"])
    #expect(study.study.log().contains("damaged: "), "\(study.study.log())")
    try await study.expectEqualToUndisturbed()
  }

  private func modified(_ path: String) throws -> Date {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return attributes[.modificationDate] as? Date ?? .distantPast
  }

  /// The disk fills: the run fails with the reason, is restarted as often as the profile says, and resumes
  /// when there is space.
  @Test(.needs(.smallDisk)) func aFullDiskIsSaidAndTheRunGoesOnWhenThereIsRoom() async throws {
    var manifest = SmallStudy.disturbed
    manifest.record = "{mobile: 1 fs, anions: 1 fs, all: 1 fs, observables: 10 fs, checkpoint: 0.3 s}"
    let disk = try SmallDisk(size: "2m")
    let study = try ClusterStudy(
      manifest.text, at: "\(disk.folder.path)/study", profile: [("retries", "1"), ("retry-delay", "1 s")])
    try study.submit()
    try await TestCluster.drain()
    #expect(try study.states() != ["done"])
    let explained = try study.command("explain", "0")
    #expect(explained.output.contains("No space left on device"), "\(explained.output)\(study.output())")
    #expect(explained.output.contains("make room on the disk"), "\(explained.output)")
    try disk.grow()
    try study.submit("--retry-failed")
    try await TestCluster.drain()
    #expect(try study.states() == ["done"], "\(study.output(submission: 2))")
    try await study.expectEqualToUndisturbed()
  }

  /// slurmd dies while its ranks hang; Slurm starts the array task elsewhere. When the old ranks wake up they
  /// exit, and what they still write is ignored.
  @Test func ranksThatSlurmHasLostChangeNothing() async throws {
    let study = try ClusterStudy(SmallStudy.disturbed.text)
    try study.submit()
    try #require(try await study.reach(step: 100))
    let node = try #require(try study.attempts().first?["node"] as? String)
    let lost = try study.ranks()
    try #require(lost.count == 2)
    // Not amid a checkpoint, whose file would still take its place when the ranks wake up. Checkpoints of an older
    // attempt are ordered behind those of a later one, but then a byte would have changed.
    let isStopped = try await wait(30) {
      for rank in lost { kill(rank, SIGSTOP) }
      let names = try FileManager.default.contentsOfDirectory(atPath: study.study.run())
      if !names.contains(where: { $0.hasSuffix(".tmp") }) { return true }
      for rank in lost { kill(rank, SIGCONT) }
      return false
    }
    try #require(isStopped)
    let cluster = try #require(TestCluster.current).folder
    try TestCluster.shell("kill -9 $(cat \(cluster)/run/slurmd-\(node).pid)")
    // Other tests hold nodes meanwhile, and one is gone.
    let isDone = try await wait(400) { try study.states() == ["done"] }
    try #require(isDone, "\(study.output())")
    let attempts = try study.attempts()
    #expect(attempts.count == 2)
    #expect(attempts[1]["node"] as? String != node)
    let before = try study.study.files(in: "runs")
    for rank in lost { kill(rank, SIGCONT) }
    let areGone = try await wait(60) { lost.allSatisfy { kill($0, 0) != 0 } }
    #expect(areGone)
    #expect(study.output().contains("attempt 2 has taken over; attempt 1 ends"), "\(study.output())")
    let after = try study.study.files(in: "runs")
    for (name, data) in before where !name.hasSuffix("log.txt") && !name.hasSuffix("attempt-1.json") {
      #expect(after[name] == data, "\(name)")
    }
    #expect(try study.states() == ["done"])
    try await study.expectEqualToUndisturbed()
    try await TestCluster.drain()
  }
}
