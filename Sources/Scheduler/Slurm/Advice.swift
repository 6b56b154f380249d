import StudyStore

/// What the user can do about a job that waits, by Slurm's reason code.
enum PendingReason {
  static func advice(_ reason: String) -> String {
    switch reason {
    case "Resources", "Priority", "": "Nothing: it starts when its turn comes."
    case "JobArrayTaskLimit": "Nothing, or raise max-running in the site profile for the next submission."
    case "BeginTime": "Nothing: it was requeued a moment ago and starts after a delay."
    case "Dependency": "Nothing: it waits for other jobs."
    case "DependencyNeverSatisfied":
      "Cancel it (scancel) and submit again: a job that it depends on has failed."
    case "PartitionTimeLimit", "TimeLimit":
      "Its time limit exceeds the partition's: lower time-limit in the site profile, cancel and submit again."
    case "PartitionNodeLimit", "BadConstraints":
      """
      The partition has no nodes that match: change ranks-per-node, memory-per-core or constraint in the site profile, \
      cancel and submit again.
      """
    case "PartitionDown", "PartitionInactive":
      "The partition is down: ask the site's administrators, or choose another."
    case "JobHeldUser", "JobHeldAdmin", "launch failed requeued held":
      "It is held: `scontrol release` releases it, if you have permission."
    case let other where other.hasPrefix("ReqNodeNotAvail"):
      "Its nodes are down or reserved: ask the site's administrators."
    case let other where other.hasPrefix("Assoc") || other.hasPrefix("QOS"):
      "Your account or QOS is at a limit: it starts when other jobs end."
    case let other where other.hasPrefix("Invalid"):
      "Slurm rejects the account or QOS: correct the site profile."
    default: "See `man squeue`, JOB REASON CODES: \(reason)."
    }
  }
}

extension PendingReason {
  /// What Slurm's reason means, for a sentence; man squeue, JOB REASON CODES.
  static func cause(_ reason: String) -> String {
    switch reason {
    case "Resources": "no nodes are free for it yet"
    case "Priority": "jobs of a higher priority wait before it"
    case "JobArrayTaskLimit":
      "as many runs of the array are at work as max-running of the site profile allows"
    case "BeginTime": "it was requeued and may start only after a delay"
    case "Dependency": "it waits until another job has ended"
    case "DependencyNeverSatisfied": "a job that it depends on has failed"
    case "PartitionTimeLimit", "TimeLimit": "its time limit exceeds that of the partition"
    case "PartitionNodeLimit", "BadConstraints": "no nodes of the partition are what it asks for"
    case "PartitionDown", "PartitionInactive": "the partition takes no jobs now"
    case "JobHeldUser", "JobHeldAdmin", "launch failed requeued held": "the job is held"
    case let other where other.hasPrefix("ReqNodeNotAvail"): "its nodes are down or reserved"
    case let other where other.hasPrefix("Assoc") || other.hasPrefix("QOS"):
      "the account or its quality of service is at a limit"
    case let other where other.hasPrefix("Invalid"): "the account or its quality of service is not valid"
    default: "see man squeue"
    }
  }
}

extension EndReason {
  /// Why the attempt ended, one sentence.
  var cause: String {
    switch self {
    case .cancelled: "Somebody gave the command `paddlewheel cancel`."
    case .stopRequested: "It was asked to stop by a signal, as at a time limit or by Ctrl-C."
    case .diskFull: "The disk has no space left, or a quota is used up."
    case .killed: "A rank was killed from outside, most often by the kernel where memory runs out."
    case .stalled:
      "No step was done for longer than the run allows: a rank, its node or the disk stood still."
    case .engine: "The program that computes the forces ended or answered wrongly."
    case .damagedCheckpoints: "It has checkpoints, but none can be read."
    case .potentialBound:
      "The potential was used where the manifest forbids it: the models disagree, or an atom has left the training set."
    }
  }

  /// What the user can do about a failure; nil where the message says it all.
  var advice: String? {
    switch self {
    case .diskFull: "make room on the disk"
    case .killed: "a rank was killed, often for lack of memory: see memory-per-core in the site profile"
    case .stalled: "see whether its node, its network or its disk still works"
    case .engine: "see engine.log in the run's folder; the next start of the run starts its engine anew"
    case .damagedCheckpoints:
      "both checkpoints are damaged: restore one from a backup, or delete the run's folder to start again"
    case .cancelled, .stopRequested, .potentialBound: nil
    }
  }
}
