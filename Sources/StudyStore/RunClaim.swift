import Foundation
import Support

/// That a pack has taken a run: `claim-3.json` in the run's folder, which only that pack writes.
///
/// Its creation takes the run, as that of an attempt's record takes the attempt: of two packs that try at the same moment one
/// gets it. A claim without an end whose pack is gone counts for nothing.
package struct RunClaim: Codable, Equatable, Sendable {
  /// How it ended.
  package enum End: String, Codable, Sendable {
    case done
    /// With a checkpoint, or before there was one.
    case stopped
    /// To be tried again after a while.
    case failed
    /// Not to be tried again by this submission.
    case givenUp = "given_up"
    /// Another attempt was at work.
    case left
  }

  /// From 1.
  package var number: Int
  package var submission: Int
  package var job: SlurmJob?
  package var node: String?
  package var host: String
  package var pid: Int
  package var process: ProcessIdentity.Origin?
  /// The newest attempt before it.
  package var attemptBefore: Int
  package var ended: End?
  package var ended_s: Double?

  enum CodingKeys: String, CodingKey {
    case number, submission, job, node, host, pid, process, ended
    case attemptBefore = "attempt_before"
    case ended_s = "ended_s"
  }

  /// By this process.
  package init(
    number: Int, submission: Int, job: SlurmJob?, node: String?, attemptBefore: Int,
    identity: ProcessIdentity = .current
  ) {
    self.number = number
    self.submission = submission
    self.job = job
    self.node = node
    self.attemptBefore = attemptBefore
    host = identity.host
    pid = identity.pid
    process = identity.origin
  }

  package var identity: ProcessIdentity { ProcessIdentity(host: host, pid: pid, origin: process) }
}

extension RunClaim: StudyRecord {
  package func check() throws(RecordFault) {
    try require(number, "number", RecordRange.numbers)
    try require(submission, "submission", RecordRange.numbers)
    try require(pid, "pid", RecordRange.processes)
    try require(attemptBefore, "attempt_before", 0...RecordRange.numbers.upperBound)
    try require(date_s: ended_s, "ended_s")
    try job?.check("job")
  }
}

/// The claims of one run.
package struct RunClaims {
  private let files: NumberedRecords<RunClaim>

  /// - Parameter directory: the run's.
  package init(directory: String) {
    files = NumberedRecords(folder: directory, prefix: "claim-", digits: 1)
  }

  /// The highest number, and its claim; nil for none, and a claim of nil where it can't be read and so names nobody.
  package func newest() -> (number: Int, claim: RunClaim?)? {
    guard let number = (try? files.numbers())?.last else { return nil }
    return (number, try? files.record(number))
  }

  /// Oldest first, without those that can't be read.
  package func all() -> [RunClaim] { ((try? files.numbers()) ?? []).compactMap { try? files.record($0) } }

  /// - Returns: false where another pack was faster.
  /// - Throws: ``RunFailure``, ``FileError``.
  package func take(_ claim: RunClaim) throws -> Bool { try files.create(claim, number: claim.number) }

  /// Records the end of a claim.
  /// - Throws: ``FileError``.
  package func end(_ claim: RunClaim, _ end: RunClaim.End) throws {
    var claim = claim
    claim.ended = end
    claim.ended_s = Date().timeIntervalSince1970
    try files.write(claim, number: claim.number)
  }
}

extension StudyDirectory {
  package func claims(on index: Int) -> RunClaims { RunClaims(directory: runPath(index)) }
}
