/// Why an attempt ended before the run was done, as a code for programs; the message words it for people.
package enum EndReason: String, Codable, Sendable {
  /// By `paddlewheel cancel`.
  case cancelled
  /// By a signal, at a time limit for instance.
  case stopRequested = "stop_requested"
  /// No space left, or over the quota.
  case diskFull = "disk_full"
  /// A rank was killed by SIGKILL, as the kernel does when memory runs out.
  case killed
  /// No step for longer than a run may go without one: a rank, its node or the disk stood still.
  case stalled
  /// The program behind a socket that computes the forces.
  case engine
  /// Checkpoints exist, and none can be used.
  case damagedCheckpoints = "damaged_checkpoints"
  /// The models of a committee disagree, or an atom has left a model's training set, beyond a bound of the manifest.
  case potentialBound = "potential_bound"
}
