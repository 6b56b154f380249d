/// The environment of Slurm's commands. The user's settings of how to list jobs would hide some of them; the user's settings
/// of how to submit are wanted, as far as the site profile leaves them open.
package struct SlurmEnvironment: Equatable, Sendable {
  /// Variables that are unset.
  package var unset: [String]
  /// Variables that are set.
  package var set: [String: String] = [:]

  package init(unset: [String], set: [String: String] = [:]) {
    self.unset = unset
    self.set = set
  }

  /// For a command that lists or changes jobs: of all clusters, partitions, users and states that it is given, in the format
  /// that it is given, without a question.
  package static func asking(
    _ environment: [String: String], _ cluster: SlurmCluster = .ofShell
  ) -> SlurmEnvironment {
    let prefixes = ["SQUEUE_", "SACCT_", "SINFO_", "SCANCEL_", "SCONTROL_"]
    let names =
      ["SLURM_TIME_FORMAT", "SLURM_BITSTR_LEN", "SLURM_DEBUG_FLAGS"]
      + (cluster == .local ? ["SLURM_CLUSTERS"] : [])
    // The jobs are where sbatch puts them.
    let clusters =
      cluster == .ofShell ? environment["SBATCH_CLUSTERS"].map { ["SLURM_CLUSTERS": $0] } ?? [:] : [:]
    return SlurmEnvironment(
      unset: environment.keys.filter { name in
        prefixes.contains(where: name.hasPrefix) || names.contains(name)
      }.sorted(), set: clusters)
  }

  /// For sbatch, which prefers variables to the directives of a script, and passes all on to the job.
  /// - Parameter options: long and short options that the script sets, such as `--account` and `-p`.
  package static func submitting(_ environment: [String: String], options: Set<String>) -> SlurmEnvironment {
    SlurmEnvironment(
      unset: environment.keys.filter { name in
        if name.hasPrefix("SBATCH_") { return contradicts(name, options) }
        // Those of the job that this process runs in would contradict the job's own.
        let isOfJob = environment["SLURM_JOB_ID"] != nil || environment["SLURM_ARRAY_JOB_ID"] != nil
        return isOfJob && (name.hasPrefix("SLURM_") || name.hasPrefix("SRUN_")) && !kept.contains(name)
      }.sorted())
  }

  private static let kept: Set = ["SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_CLUSTERS"]

  /// What every submission decides itself: its output, its signal before the time limit, its requeueing, its array.
  private static let own: Set = [
    "SBATCH_ARRAY_INX", "SBATCH_ERROR", "SBATCH_INPUT", "SBATCH_JOB_NAME", "SBATCH_NO_REQUEUE",
    "SBATCH_OPEN_MODE",
    "SBATCH_OUTPUT", "SBATCH_REQUEUE", "SBATCH_SIGNAL", "SBATCH_TIMELIMIT", "SBATCH_WAIT",
  ]

  /// `SBATCH_MEM_PER_CPU`: of these, one set by the script excludes the others.
  private static let memory: Set = ["--mem", "--mem-per-cpu", "--mem-per-gpu"]

  private static let shortOptions = [
    "--account": "-A", "--partition": "-p", "--qos": "-q", "--constraint": "-C", "--distribution": "-m",
    "--clusters": "-M", "--gpus": "-G", "--core-spec": "-S", "--overcommit": "-O",
  ]

  private static func contradicts(_ name: String, _ options: Set<String>) -> Bool {
    if own.contains(name) { return true }
    if name.hasPrefix("SBATCH_MEM_PER_") { return !options.isDisjoint(with: memory) }
    let long = "--" + name.dropFirst("SBATCH_".count).lowercased().replacing("_", with: "-")
    return options.contains(long) || shortOptions[long].map(options.contains) ?? false
  }
}
