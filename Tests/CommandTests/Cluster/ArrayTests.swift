import Foundation
import TestSupport
import Testing

/// On real Slurm: an array that runs undisturbed, and one that is submitted more than once.
@Suite(.onCluster, .needs(.cluster, .python)) struct ArrayTests {
  private var eight: SmallStudy {
    var study = SmallStudy()
    study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 0.1 ps}"
    study.temperatures = "{from: 500 K, to: 850 K, step: 50 K}"
    return study
  }

  /// Of two concurrent submissions one gets each run; a third finds nothing to do. The results follow by a
  /// job dependency, and equal those of `paddlewheel run`, byte for byte.
  @Test func anArrayOfEightRunsOverTwoNodesFinishesAndItsResultsFollow() async throws {
    let study = try ClusterStudy(eight.text, profile: [("max-running", "2")])
    // Nothing starts before the test has looked at the queue.
    try TestCluster.shell("scontrol update PartitionName=main State=DOWN")
    let both = try TestCluster.shell("(\(study.submitLine())) & (\(study.submitLine())); wait")
    #expect(both.output.contains("submitted 8 runs as array"), "\(both.output)\(both.errors)")
    let third = try study.submit()
    #expect(third.output.contains("nothing to submit"), "\(third.output)")
    let queue = try TestCluster.queue()
    // Eight array tasks and the job that computes the results.
    #expect(queue.count == 9, "\(queue)")
    #expect(queue.count { $0.contains("afterany:") } == 1, "\(queue)")
    try TestCluster.shell("scontrol update PartitionName=main State=UP")
    let isEmpty = try await wait(300) {
      let running = try TestCluster.queue().filter { $0.contains("RUNNING") }
      #expect(running.count <= 2, "\(running)")
      return try TestCluster.queue().isEmpty
    }
    #expect(isEmpty)

    #expect(try study.states() == [String](repeating: "done", count: 8))
    var nodes: Set<String> = []
    for run in 0..<8 {
      let attempts = try study.attempts(run)
      #expect(attempts.count == 1)
      nodes.insert(attempts.first?["node"] as? String ?? "")
    }
    #expect(nodes == ["n0", "n1"])
    let whole = try await study.expectEqualToUndisturbed(Array(0..<8))
    for name in ["summary.json", "curves.json"] {
      let here = FileManager.default.contents(atPath: "\(study.study.results)/\(name)")
      #expect(here != nil)
      #expect(here == FileManager.default.contents(atPath: "\(whole.results)/\(name)"), "\(name)")
    }
    #expect(FileManager.default.fileExists(atPath: "\(study.study.results)/report.html"))
    let again = try study.submit()
    #expect(again.output.contains("nothing to submit: 8 of 8 runs are done"), "\(again.output)")
  }

  /// An array larger than the site allows becomes several; each run has the array task of its index.
  @Test func anArrayIsSplitWhereTheSiteWantsIt() async throws {
    let study = try ClusterStudy(eight.text, profile: [("max-array-size", "3"), ("max-running", "3")])
    let preview = try TestCluster.shell("\(study.submitLine(["--dry-run", "--only", "0-5,7"]))")
    #expect(preview.exitCode == 0, "\(preview.errors)")
    let commands = preview.output.split(separator: "\n").filter { $0.hasPrefix("sbatch") }
    #expect(commands.count == 4, "\(preview.output)")
    for (index, tail) in ["--array=0-2%1", "--array=0-2%1", "--array=1%1"].enumerated() {
      #expect(commands[index].contains(tail), "\(commands[index])")
      #expect(commands[index].hasSuffix(".sh \(3 * index)"), "\(commands[index])")
    }
    #expect(commands[3].contains("--dependency=afterany:JOB1:JOB2:JOB3"))
    #expect(!FileManager.default.fileExists(atPath: study.study.path))
  }

  /// sbatch fails three times, the last time after Slurm has accepted the array: there is still only one
  /// array.
  @Test func sbatchMayFailAndNothingIsSubmittedTwice() async throws {
    var manifest = eight
    manifest.temperatures = "[500 K, 550 K]"
    var study = try ClusterStudy(manifest.text)
    let tools = "\(study.folder.path)/tools"
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    try study.folder.write(
      """
      #!/bin/bash
      count=$(( $(cat \(tools)/count 2>/dev/null || echo 0) + 1 ))
      echo $count >\(tools)/count
      [[ $count == 3 ]] && /usr/bin/sbatch "$@" >/dev/null
      [[ $count -gt 3 ]] && exec /usr/bin/sbatch "$@"
      echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2
      exit 1

      """, to: "tools/sbatch")
    try TestCluster.shell("chmod +x \(tools)/sbatch")
    study.environment["PATH"] = "\(tools):$PATH"
    let result = try study.submit()
    #expect(result.errors.ranges(of: "Socket timed out").count == 3, "\(result.errors)")
    #expect(result.output.contains("submitted 2 runs as array"), "\(result.output)")
    let arrays = try TestCluster.shell("squeue -h -t all -o %F --name \(try jobName(study)) | sort -u")
    #expect(arrays.output.split(separator: "\n").count == 1, "\(arrays.output)")
    try await TestCluster.drain()
    #expect(try study.states() == ["done", "done"])
    for run in 0..<2 { #expect(try study.attempts(run).count == 1) }
  }

  private func jobName(_ study: ClusterStudy) throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(study.study.path)/submissions/0001.json"))
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let parts = object?["parts"] as? [[String: Any]]
    return try #require(parts?.first?["job_name"] as? String)
  }

  /// `srun --mpi=pmix` in place of mpirun, and spaces in the path.
  @Test func srunStartsTheRanksToo() async throws {
    let manifest = eight.text.replacing("{from: 500 K, to: 850 K, step: 50 K}", with: "500 K")
    let folder = try Folder()
    let study = try ClusterStudy(
      manifest, at: "\(folder.path)/my study 100%",
      profile: [("launcher", "srun"), ("launcher-options", "[--overlap]"), ("mpi", "pmix")])
    try study.submit()
    try await TestCluster.drain()
    #expect(try study.states() == ["done"], "\(study.output())")
    #expect(try study.attempts().first?["ranks"] as? Int == 2)
  }

  /// `extend` submits the additional sampling, and the job that computes the results plans the next round.
  @Test func extensionsAreSubmittedRoundByRound() async throws {
    let manifest = eight.text.replacing("{from: 500 K, to: 850 K, step: 50 K}", with: "900 K")
    let study = try ClusterStudy(manifest)
    try study.submit()
    try await TestCluster.drain()
    let result = try study.command(
      "extend", "--target", "10%", "--rounds", "2", "--yes", "--site", "'\(study.folder.path)/site.yaml'")
    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("submitted 1 runs as array"), "\(result.output)")
    // Between two submissions the queue is never empty: the coordinator's job submits.
    try await TestCluster.drain()
    let rounds = try FileManager.default.contentsOfDirectory(atPath: "\(study.study.path)/extensions")
      .sorted()
    #expect(rounds == ["0001.json", "0002.json"])
    #expect(try study.states() == ["done"])
    // Each round makes it four times as long.
    let sampled = try study.study.temperatures().first?["sampled_ps"] as? Double
    #expect(abs((sampled ?? 0) - 1.6) < 1e-9, "\(String(describing: sampled))")
  }

  /// A permanent rejection by Slurm is reported at once, and the runs stay free.
  @Test func whatSlurmRefusesIsSaid() async throws {
    let study = try ClusterStudy(eight.text, profile: [("partition", "nowhere")])
    let result = try study.submit(expecting: 1)
    #expect(result.errors.contains("invalid partition specified"), "\(result.errors)")
    #expect(try study.states() == [String](repeating: "planned", count: 8))
  }
}
