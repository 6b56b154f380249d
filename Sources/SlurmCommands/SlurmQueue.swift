import StudyStore

/// The jobs that squeue lists. The files of the runs take precedence over it.
package struct SlurmQueue: Equatable, Sendable {
  /// A job, or a task of a job array.
  package struct Entry: Equatable, Sendable {
    package var job: SlurmJob
    /// Slurm's state: `PENDING`, `RUNNING`, …
    package var state: String
    /// Slurm's reason code of a pending job; empty for none.
    package var reason: String
    package var nodes: String

    package init(job: SlurmJob, state: String, reason: String, nodes: String) {
      self.job = job
      self.state = state
      self.reason = reason
      self.nodes = nodes
    }

    /// Whether it is pending or running.
    package var isActive: Bool { !Self.ended.contains(state) }
    package var isPending: Bool {
      ["PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "CONFIGURING"].contains(state)
    }

    private static let ended: Set = [
      "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
      "REVOKED", "TIMEOUT",
    ]
  }

  package var entries: [SlurmJob: Entry] = [:]

  /// Job id, array job id, array task id, state, reason, nodes.
  package static let format = "%i|%F|%K|%T|%r|%N"

  /// Parses the lines of squeue; lines of another format, such as warnings, are ignored.
  package init(lines: String) {
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 6, let array = Int(fields[1]) else { continue }
      let job = SlurmJob(job: array, task: Int(fields[2]))
      let reason = ["None", "(null)"].contains(fields[4]) ? "" : fields[4]
      entries[job] = Entry(job: job, state: fields[3], reason: reason, nodes: fields[5])
    }
  }

  package init() {}

  package func entry(_ job: SlurmJob) -> Entry? { entries[SlurmJob(job: job.job, task: job.task)] }
}
