import Foundation
import Support
import Trajectory

/// One start of a run: `attempt-2.json` in the run's directory, which only that attempt writes.
///
/// Its creation claims the number, so that of two starts at the same moment each has its own; and as no other attempt
/// ever writes it, it can be trusted, whatever an older attempt that was thought dead still does to `state.json`.
package struct AttemptRecord: Codable, Equatable, Sendable {
  /// Where a checkpoint stands.
  package struct Progress: Codable, Equatable, Sendable {
    package var stage: RunStage
    /// Of the stage.
    package var step: Int

    package init(stage: RunStage, step: Int) {
      self.stage = stage
      self.step = step
    }
  }

  /// From 1.
  package var attempt: Int
  package var host: String
  /// Of rank 0.
  package var pid: Int
  /// What tells rank 0 from a later process of that number; nil in the records of an older version.
  package var process: ProcessIdentity.Origin?
  package var ranks: Int
  /// Nil for one that no scheduler started.
  package var job: SlurmJob?
  /// As the scheduler names the node.
  package var node: String?
  package var started_s: Double
  /// The checkpoint that it resumed from; nil until that is loaded, `start` at step 0 where there was none.
  package var from: Progress?
  /// `stopped`, `failed` or `done`; nil while it runs, and for ever where it was killed.
  package var ended: RunState.Phase?
  package var ended_s: Double?
  package var message: String?
  /// Why it stopped or failed, where that is known.
  package var reason: EndReason?
  /// Exit code of a failure; 2 is an error of the input, which a restart repeats.
  package var exitCode: Int32?

  package enum CodingKeys: String, CodingKey {
    case attempt, host, pid, process, ranks, job, node, from, ended, message, reason
    case exitCode = "exit_code"
    case started_s = "started_s"
    case ended_s = "ended_s"
  }

  /// - Parameter environment: names the scheduler's job.
  package init(attempt: Int, ranks: Int, environment: [String: String] = ProcessInfo.processInfo.environment)
  {
    self.attempt = attempt
    self.ranks = ranks
    host = ProcessIdentity.current.host
    pid = ProcessIdentity.current.pid
    process = ProcessIdentity.current.origin
    job = SlurmJob(environment: environment)
    node = environment["SLURMD_NODENAME"]
    started_s = Date().timeIntervalSince1970
  }
}

extension AttemptRecord {
  /// Rank 0.
  package var identity: ProcessIdentity { ProcessIdentity(host: host, pid: pid, origin: process) }
}

extension AttemptRecord: StudyRecord {
  package func check() throws(RecordFault) {
    try require(attempt, "attempt", RecordRange.numbers)
    try require(pid, "pid", RecordRange.processes)
    try require(ranks, "ranks", RecordRange.ranks)
    try require(date_s: started_s, "started_s")
    try require(date_s: ended_s, "ended_s")
    try require(from?.step, "from.step", RecordLimits.steps)
    try job?.check("job")
  }
}

extension AttemptRecord.Progress {
  /// Of a run without a checkpoint.
  package static let start = AttemptRecord.Progress(stage: .start, step: 0)
}
