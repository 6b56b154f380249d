import Foundation
import SlurmCommands
import StudyStore

/// Why a run is not running, or why it failed, and what the user can do.
package struct RunDiagnosis: Codable, Equatable, Sendable {
  package var run: String
  package var state: RunState.Phase
  /// What happened: one sentence.
  package var summary: String
  /// Why: one sentence.
  package var cause: String
  /// What the user can do; empty for nothing.
  package var advice: String
  /// One line for each attempt.
  package var attempts: [String]
  /// The job in Slurm's queue and in its accounting.
  package var slurm: [String]
  /// The last lines of the run's log.
  package var log: [String]
  /// The last lines of its job's output.
  package var output: [String]
  /// Files that killed attempts have left half-written; the next start removes them.
  package var leftOver: LeftOver

  /// Half-written files.
  package struct LeftOver: Codable, Equatable, Sendable {
    package var files: Int
    package var bytes: Int
  }

  enum CodingKeys: String, CodingKey {
    case run, state, summary, cause, advice, attempts, slurm, log, output
    case leftOver = "left_over"
  }

  /// - Throws: ``RunFailure`` where a submission can't be read.
  package init(_ study: StudyDirectory, run index: Int) async throws {
    let slurm = Slurm(timeout_s: 20)
    let run = try study.run(index)
    let queue = try await QueueSnapshot(study, slurm: slurm)
    let queued = queue[index]
    let state = LocalQueue(study).corrected(
      queue.corrected(study.state(of: index), run: index), run: index)
    let records = study.attempts(at: index).records()
    self.run = run.directoryName
    self.state = state.state
    attempts = records.map(Self.line)
    log = Self.tail("\(study.runPath(index))/log.txt")
    output = []
    let left = study.leftOverFiles(of: index)
    leftOver = LeftOver(files: left.count, bytes: left.bytes)
    self.slurm = []
    if let queued, let job = queued.job {
      let folder = SubmissionFolder(study: study.path).outputPath(queued.submission)
      output = Self.tail("\(folder)/\(job.task ?? 0).out")
      let nodes = queued.entry.map { $0.nodes.isEmpty ? "" : " on \($0.nodes)" } ?? ""
      let now =
        queued.entry.map { "\($0.state)\($0.reason.isEmpty ? "" : ", \($0.reason)")\(nodes)" }
        ?? queue.problem ?? "no longer in squeue"
      self.slurm = ["\(job.name), submission \(queued.submission): \(now)"]
      if let lines = await slurm.at(queued.cluster).accounting(of: job) {
        self.slurm += lines.map { "accounting: \($0)" }
      } else {
        self.slurm.append("accounting (sacct) is not available; this comes from files and squeue")
      }
    } else if let problem = queue.problem {
      self.slurm = [problem]
    }
    let verdict = Self.judge(
      state, queued, RetryPolicy(records, progress: study.progress(of: index)),
      isCancelled: study.cancelMarker(index).exists, hasCheckpoint: study.hasCheckpoint(index),
      directory: study.path)
    summary = verdict.summary
    advice = verdict.advice
    cause = Self.cause(
      state, queued, records.last, isCancelled: study.cancelMarker(index).exists,
      isSubmitted: queued?.job != nil)
  }

  /// Why a run is in its state, one sentence for each state.
  static func cause(
    _ state: RunState, _ queued: QueueSnapshot.RunQueueState?, _ last: AttemptRecord?, isCancelled: Bool,
    isSubmitted: Bool
  ) -> String {
    switch state.state {
    case .done: return "All its \(state.steps) steps have been performed."
    case .running:
      let place = last.map { " on \($0.node ?? $0.host)" } ?? ""
      return "Attempt \(max(1, state.attempt)) is at work\(place)."
    case .queued:
      let reason = queued?.entry?.reason ?? ""
      if reason.isEmpty || reason == "None" {
        return isSubmitted ? "Slurm has given no reason yet." : "Other runs hold the cores."
      }
      return "Slurm gives the reason \(reason): \(PendingReason.cause(reason))."
    case .planned: return "No command has started it since it was planned."
    case .unknown:
      return state.message == nil
        ? "It was running, and its process can't be seen any more; it has recorded no end."
        : "What it recorded last does not tell whether it still runs."
    case .stopped where isCancelled: return EndReason.cancelled.cause
    case .stopped, .failed:
      if let reason = state.reason { return reason.cause }
      if state.state == .stopped { return "Its processes ended, or were ended, without an error of the run." }
      return state.message == nil
        ? "It recorded no reason: the last lines of its log and of its job's output tell more."
        : "What it reported is the whole reason; the last lines of its log and of its job's output tell more."
    }
  }

  private struct Verdict {
    var summary: String
    var advice: String
  }

  private static func judge(
    _ state: RunState, _ queued: QueueSnapshot.RunQueueState?, _ policy: RetryPolicy, isCancelled: Bool,
    hasCheckpoint: Bool, directory: String
  ) -> Verdict {
    let findings = [BrokenMolecule.summary(of: state.broken ?? []), state.extrapolation?.exits]
      .compactMap(\.self).map { ", but \($0)" }.joined()
    let message = (state.message.map { ": \($0)" } ?? "") + findings
    let command =
      "`paddlewheel submit` or `paddlewheel run` with the study's manifest and --output \(directory)"
    let resumes =
      hasCheckpoint ? "resumes it from its checkpoint" : "starts it again: it has no checkpoint yet"
    switch state.state {
    case .done: return Verdict(summary: "It is done\(findings).", advice: "")
    case .running: return Verdict(summary: "It is running\(message).", advice: "")
    case .queued:
      let advice = PendingReason.advice(queued?.entry?.reason ?? "")
      return Verdict(summary: "It waits in the queue\(message).", advice: advice)
    case .planned:
      return Verdict(summary: "It has not been started\(message).", advice: "Start it by \(command).")
    case .unknown:
      return Verdict(
        summary: "Its state is unknown\(message).", advice: "If its host is down, restart it by \(command).")
    case .stopped:
      let summary = isCancelled ? "It was cancelled." : "It stopped before it was done\(message)."
      return Verdict(summary: summary, advice: "\(command) \(resumes).")
    case .failed where policy.isInvalidInput:
      return Verdict(
        summary: "Its input is invalid\(message).",
        advice: "Fix the reported problem; then restart it by \(command), with --retry-failed.")
    case .failed:
      let cause = state.reason?.advice.map { " (\($0))" } ?? ""
      return Verdict(
        summary: "It failed\(message).",
        advice: "Remove the cause\(cause). Then \(command) \(resumes); add --retry-failed if its "
          + "\(policy.attemptsWithoutProgress.count) attempts without progress have used up its retries.")
    }
  }

  private static func line(_ record: AttemptRecord) -> String {
    let begun = Date(timeIntervalSince1970: record.started_s).ISO8601Format()
    let from =
      record.from.map { $0 == .start ? "from the start" : "from \($0.stage.rawValue) step \($0.step)" }
      ?? "no checkpoint loaded"
    let job = record.job.map { ", job \($0.name)" } ?? ""
    let end =
      record.ended.map { phase in
        let time = record.ended_s.map { " \(Date(timeIntervalSince1970: $0).ISO8601Format())" } ?? ""
        return "\(phase.rawValue)\(time)" + (record.message.map { ": \($0)" } ?? "")
      } ?? "no recorded end"
    return
      "\(record.attempt): \(begun) on \(record.node ?? record.host)\(job), \(record.ranks) ranks, \(from); \(end)"
  }

  /// The end of a file; nothing where it can't be read, as this is an extra for the user.
  private static func tail(_ path: String, lines: Int = 12) -> [String] {
    guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? handle.close() }
    let end = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: end > 16384 ? end - 16384 : 0)
    let text = String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").suffix(lines).map(String.init)
  }
}
