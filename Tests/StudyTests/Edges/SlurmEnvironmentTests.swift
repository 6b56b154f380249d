import Testing

@testable import Scheduler
@testable import SlurmCommands

/// The user's settings of Slurm: those of how to list jobs must hide none, those of how to submit are kept.
@Suite struct SlurmEnvironmentTests {
  @Test(arguments: [
    "SQUEUE_PARTITION", "SQUEUE_USERS", "SQUEUE_STATES", "SQUEUE_FORMAT", "SACCT_FORMAT", "SINFO_PARTITION",
    "SCANCEL_INTERACTIVE", "SCONTROL_ALL", "SLURM_BITSTR_LEN",
  ])
  func asksWithoutTheUsersFilters(_ name: String) {
    let change = SlurmEnvironment.asking([name: "x", "SLURM_CLUSTERS": "a", "SLURM_CONF": "c", "PATH": "p"])
    #expect(change.unset == [name])
    #expect(change.set.isEmpty)
  }

  /// Jobs are looked for where sbatch puts them.
  @Test func asksTheClusterThatIsSubmittedTo() {
    #expect(SlurmEnvironment.asking(["SBATCH_CLUSTERS": "b"]).set == ["SLURM_CLUSTERS": "b"])
  }

  @Test func submitsWithTheUsersSettingsThatTheProfileLeavesOpen() {
    let user = [
      "SBATCH_ACCOUNT": "mine", "SBATCH_PARTITION": "gpu", "SBATCH_CLUSTERS": "b", "SLURM_CLUSTERS": "a",
      "SLURM_MPI_TYPE": "pmix", "SLURM_CONF": "c",
    ]
    #expect(SlurmEnvironment.submitting(user, options: []).unset.isEmpty)
    // sbatch would prefer them to the script.
    #expect(SlurmEnvironment.submitting(user, options: ["--account", "--time"]).unset == ["SBATCH_ACCOUNT"])
    #expect(SlurmEnvironment.submitting(user, options: ["-p"]).unset == ["SBATCH_PARTITION"])
    let memory = ["SBATCH_MEM_PER_NODE": "1G"]
    #expect(SlurmEnvironment.submitting(memory, options: ["--mem-per-cpu"]).unset == ["SBATCH_MEM_PER_NODE"])
  }

  @Test(arguments: [
    "SBATCH_OUTPUT", "SBATCH_ERROR", "SBATCH_TIMELIMIT", "SBATCH_SIGNAL", "SBATCH_REQUEUE",
    "SBATCH_NO_REQUEUE",
    "SBATCH_ARRAY_INX", "SBATCH_WAIT", "SBATCH_JOB_NAME",
  ])
  func submitsWithoutWhatWouldBreakASubmission(_ name: String) {
    #expect(SlurmEnvironment.submitting([name: "x"], options: []).unset == [name])
  }

  /// From inside of a job, the job's own variables are not passed on; where its jobs go to is.
  @Test func aJobsOwnVariablesAreNotPassedOn() {
    let inside = [
      "SLURM_JOB_ID": "5", "SLURM_NTASKS": "4", "SLURM_CLUSTERS": "a", "SLURM_CONF": "c", "SRUN_DEBUG": "3",
      "SBATCH_ACCOUNT": "mine",
    ]
    #expect(
      SlurmEnvironment.submitting(inside, options: []).unset == [
        "SLURM_JOB_ID", "SLURM_NTASKS", "SRUN_DEBUG",
      ])
  }

  @Test func optionsOfAScript() {
    let script =
      "#!/bin/bash\n#SBATCH --account=x\n#SBATCH -p gpu\n#SBATCH -Cfast\n#SBATCH --exclusive\necho #SBATCH --no\n"
    #expect(JobScript.options(of: script) == ["--account", "-p", "-C", "--exclusive"])
  }
}
