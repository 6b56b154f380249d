/// What Slurm's reasons for waiting ask of the user.
enum PendingReason {
  static func advice(_ reason: String) -> String {
    switch reason {
    case "Resources", "Priority", "": "Nothing: it starts when its turn comes."
    case "JobArrayTaskLimit": "Nothing, or raise max-running in the site's profile for the next submission."
    case "BeginTime": "Nothing: it was started again a moment ago and waits for some seconds."
    case "Dependency": "Nothing: it waits for other jobs."
    case "DependencyNeverSatisfied": "Cancel it (scancel) and submit again: what it waits for has failed."
    case "PartitionTimeLimit", "TimeLimit":
      "Its time limit is above the partition's: lower time-limit in the site's profile, cancel and submit again."
    case "PartitionNodeLimit", "BadConstraints":
      "The partition has no nodes for what it asks: mend ranks-per-node, memory-per-core or constraint, cancel and submit again."
    case "PartitionDown", "PartitionInactive": "The partition is down: ask the site, or choose another."
    case "JobHeldUser", "JobHeldAdmin", "launch failed requeued held":
      "It is held: `scontrol release` lets it go, if you may."
    case let other where other.hasPrefix("ReqNodeNotAvail"): "Its nodes are down or reserved: ask the site."
    case let other where other.hasPrefix("Assoc") || other.hasPrefix("QOS"):
      "Your account or QOS is at a limit: it starts when other jobs of it end."
    case let other where other.hasPrefix("Invalid"):
      "Slurm refuses the account or QOS: mend the site's profile."
    default: "See `man squeue`, JOB REASON CODES: \(reason)."
    }
  }
}

/// What the messages of failures ask of the user.
enum FailureCause {
  static func advice(_ message: String) -> String {
    let text = message.lowercased()
    if text.contains("no space left") || text.contains("disk quota") { return " (make room on the disk)" }
    if text.contains("signal 9") || text.contains("out of memory") || text.contains("oom") {
      return " (a rank was killed: often for memory; see memory-per-core in the site's profile)"
    }
    if text.contains("no checkpoint can be used") {
      return
        " (both checkpoints are damaged: restore one from a backup, or delete the run's folder to begin it anew)"
    }
    return ""
  }
}
