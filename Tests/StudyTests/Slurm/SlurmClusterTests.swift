import Testing

@testable import Scheduler
@testable import SlurmCommands

/// Sites with several clusters: a job is asked for where it was put, whatever the shell says by then.
@Suite struct SlurmClusterTests {
  @Test func whatSbatchPrints() {
    #expect(SubmittedJob(output: "123\n") == SubmittedJob(job: 123, cluster: ""))
    #expect(SubmittedJob(output: "welcome\n123;alpha\n") == SubmittedJob(job: 123, cluster: "alpha"))
    for text in ["", "none", "1;-a b"] { #expect(SubmittedJob(output: text) == nil) }
    #expect(SlurmCluster(recorded: nil) == .ofShell)
    #expect(SlurmCluster(recorded: "") == .local)
    #expect(SlurmCluster(recorded: "alpha").arguments == ["-M", "alpha"])
  }

  @Test func theShellsClusterHoldsWhereNoneIsRecorded() {
    let shell = ["SLURM_CLUSTERS": "b", "SBATCH_CLUSTERS": "c"]
    #expect(SlurmEnvironment.asking(shell).set == ["SLURM_CLUSTERS": "c"])
    let local = SlurmEnvironment.asking(shell, .local)
    #expect(local.set.isEmpty && local.unset.contains("SLURM_CLUSTERS"))
    #expect(SlurmEnvironment.asking(shell, .named("a")).set.isEmpty)
  }

  @Test(arguments: [
    ("--clusters=alpha", "alpha"), ("-M alpha", "alpha"), ("-Malpha", "alpha"),
    ("--cluster alpha,beta", "alpha,beta"),
  ]) func profilesNameOne(_ directive: String, _ name: String) async throws {
    try await withFolder { folder in
      try write("time-limit: 1 h\ndirectives: ['--exclusive', '\(directive)']\n", to: "\(folder)/site.yaml")
      #expect(try SiteProfile(contentsOf: "\(folder)/site.yaml").cluster == .named(name))
      try write("time-limit: 1 h\n", to: "\(folder)/site.yaml")
      #expect(try SiteProfile(contentsOf: "\(folder)/site.yaml").cluster == .ofShell)
    }
  }
}
