import Foundation
import StudyStore

/// Why a run does not run, or why it failed, and what to do: for people.
package struct RunDiagnosis: Codable, Equatable, Sendable {
  package var run: String
  package var state: RunState.Phase
  /// One sentence.
  package var summary: String
  /// What to do; empty where nothing needs to be done.
  package var advice: String
  /// One line for each start.
  package var attempts: [String]
  /// What Slurm says, live and by its accounting.
  package var slurm: [String]
  /// The last lines of the run's log.
  package var log: [String]
  /// The last lines that its job printed.
  package var output: [String]

  /// - Throws: ``RunFailure`` where what was submitted can't be read.
  package init(_ study: StudyDirectory, run index: Int) async throws {
    let slurm = Slurm(patience_s: 20)
    let run = try study.run(index)
    let view = try await QueueSnapshot(study, slurm: slurm)
    let standing = view[index]
    let state = view.corrected(study.state(of: index), run: index)
    let records = study.attempts(at: index).records()
    self.run = run.directoryName
    self.state = state.state
    attempts = records.map(Self.line)
    log = Self.tail("\(study.runPath(index))/log.txt")
    output = []
    self.slurm = []
    if let standing, let job = standing.job {
      let submission = try SubmissionFolder(study: study.path).all().first {
        $0.number == standing.submission
      }
      let folder = SubmissionFolder(study: study.path).outputPath(standing.submission)
      output = Self.tail("\(folder)/\(job.task ?? 0).out")
      let nodes = standing.entry.map { $0.nodes.isEmpty ? "" : " on \($0.nodes)" } ?? ""
      let now =
        standing.entry.map { "\($0.state)\($0.reason.isEmpty ? "" : ", \($0.reason)")\(nodes)" }
        ?? view.problem ?? "not known to squeue any more"
      self.slurm = ["\(job.name), submission \(submission?.number ?? 0): \(now)"]
      if let lines = await slurm.accounting(of: job) {
        self.slurm += lines.map { "accounting: \($0)" }
      } else {
        self.slurm.append(
          "accounting (sacct) is not available; what is said here comes from files and squeue")
      }
    } else if let problem = view.problem {
      self.slurm = [problem]
    }
    let budget = RetryBudget(records, progress: study.progress(of: index))
    (summary, advice) = Self.judge(
      state, standing, budget, isCancelled: study.cancelWish(index).isThere,
      hasCheckpoint: study.hasCheckpoint(index), directory: study.path)
  }

  private static func judge(
    _ state: RunState, _ standing: QueueSnapshot.RunQueueState?, _ budget: RetryBudget, isCancelled: Bool,
    hasCheckpoint: Bool, directory: String
  ) -> (String, String) {
    let broken = BrokenMolecule.summary(of: state.broken ?? []).map { ", but \($0)" } ?? ""
    let message = (state.message.map { ": \($0)" } ?? "") + broken
    let resume =
      "`paddlewheel submit` or `paddlewheel run` with the study's manifest and --output \(directory)"
    let from = hasCheckpoint ? "goes on from its checkpoint" : "begins anew: it has no checkpoint yet"
    switch state.state {
    case .done: return ("It is done\(broken).", "")
    case .running: return ("It runs\(message).", "")
    case .queued:
      let reason = standing?.entry?.reason ?? ""
      return ("It waits in the queue\(message).", PendingReason.advice(reason))
    case .planned: return ("It has not been started\(message).", "Start it by \(resume).")
    case .unknown: return ("It can't be said\(message).", "If its host is gone, start it again by \(resume).")
    case .stopped:
      if isCancelled { return ("It was cancelled.", "It \(from) by \(resume).") }
      return ("It stopped before its end\(message).", "It \(from) by \(resume).")
    case .failed:
      if budget.isBadInput {
        return (
          "Its input can't be used\(message).",
          "Mend what the message names; then \(resume), with --retry-failed."
        )
      }
      return (
        "It failed\(message).",
        "Remove the cause" + FailureCause.advice(state.message ?? "")
          + "; it then \(from) by \(resume), with --retry-failed where "
          + "its \(budget.fruitless.count) starts without getting further have used up its budget."
      )
    }
  }

  private static func line(_ record: AttemptRecord) -> String {
    let begun = Date(timeIntervalSince1970: record.started_s).ISO8601Format()
    let from =
      record.from.map { $0 == .start ? "from the start" : "from \($0.stage) step \($0.step)" }
      ?? "did not begin"
    let job = record.job.map { ", job \($0.name)" } ?? ""
    let end =
      record.ended.map { phase in
        let time = record.ended_s.map { " \(Date(timeIntervalSince1970: $0).ISO8601Format())" } ?? ""
        return "\(phase.rawValue)\(time)" + (record.message.map { ": \($0)" } ?? "")
      } ?? "no word of its end"
    return
      "\(record.attempt): \(begun) on \(record.node ?? record.host)\(job), \(record.ranks) ranks, \(from); \(end)"
  }

  private static func tail(_ path: String, lines: Int = 12) -> [String] {
    guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? handle.close() }
    let end = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: end > 16384 ? end - 16384 : 0)
    let text = String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").suffix(lines).map(String.init)
  }
}
