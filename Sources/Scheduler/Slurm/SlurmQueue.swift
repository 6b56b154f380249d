import StudyStore

/// What squeue says of some jobs. A hint: files decide.
struct SlurmQueue: Equatable, Sendable {
  /// One job, or one element of an array.
  struct Entry: Equatable, Sendable {
    var job: SlurmJob
    /// Slurm's word: `PENDING`, `RUNNING`, …
    var state: String
    /// Why it waits; empty where there is nothing to say.
    var reason: String
    var nodes: String

    /// Whether Slurm still has something to do with it.
    var isActive: Bool { !Self.ended.contains(state) }
    var isWaiting: Bool {
      ["PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "CONFIGURING"].contains(state)
    }

    private static let ended: Set = [
      "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
      "REVOKED", "TIMEOUT",
    ]
  }

  var entries: [SlurmJob: Entry] = [:]

  /// `%i|%F|%K|%T|%r|%N` of squeue.
  static let format = "%i|%F|%K|%T|%r|%N"

  /// Reads squeue's lines; one that is none of its own is passed over.
  init(lines: String) {
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 6, let array = Int(fields[1]) else { continue }
      let job = SlurmJob(job: array, task: Int(fields[2]))
      let reason = ["None", "(null)"].contains(fields[4]) ? "" : fields[4]
      entries[job] = Entry(job: job, state: fields[3], reason: reason, nodes: fields[5])
    }
  }

  init() {}

  func entry(_ job: SlurmJob) -> Entry? { entries[SlurmJob(job: job.job, task: job.task)] }
}
