import Foundation
import StudyStore
import Support

/// Where the runs of a study stand, by its files and by what Slurm says; files go first.
package struct QueueSnapshot: Sendable {
  /// A run's job, and what Slurm says of it.
  struct RunQueueState: Sendable {
    var submission: Int
    var job: SlurmJob?
    var entry: SlurmQueue.Entry?
    /// Nobody can say whether Slurm has it.
    var isUncertain = false

    var isActive: Bool { entry?.isActive ?? false }
  }

  /// By the run's index; runs that were never submitted, or long ended, have none.
  private(set) var standings: [Int: RunQueueState] = [:]
  /// Why Slurm could not be asked.
  private(set) var problem: String?

  /// - Throws: ``RunFailure`` where what was submitted can't be read.
  init(_ study: StudyDirectory, slurm: Slurm, without number: Int? = nil) async throws {
    let submissions = try SubmissionFolder(study: study.path).all().filter { $0.number != number }
    try await self.init(study, submissions: submissions, slurm: slurm)
  }

  init(_ study: StudyDirectory, submissions: [Submission], slurm: Slurm) async throws {
    let open = submissions.filter { submission in
      submission.parts.contains { part in
        part.runs.contains { study.runs.indices.contains($0) && study.state(of: $0).state != .done }
      }
    }
    guard !open.isEmpty else { return }
    var queue = SlurmQueue()
    var found: [String: Int] = [:]
    do {
      let jobs = open.flatMap { $0.parts.compactMap(\.job) }
      queue = try await slurm.queue(of: jobs)
      for part in open.flatMap(\.parts) where part.job == nil {
        guard let job = try await slurm.jobs(named: part.jobName).first else { continue }
        found[part.jobName] = job
        queue.entries.merge(try await slurm.queue(of: [job]).entries) { $1 }
      }
    } catch {
      problem = "\(error)"
    }
    for submission in open {
      for part in submission.parts {
        let number = part.job ?? found[part.jobName]
        for run in part.runs where study.runs.indices.contains(run) {
          let job = number.map { SlurmJob(job: $0, task: run - part.offset) }
          let entry = job.flatMap { queue.entry($0) }
          // A later submission replaces an earlier one that has ended.
          if let other = standings[run], other.isActive, !(entry?.isActive ?? false) { continue }
          standings[run] = RunQueueState(
            submission: submission.number, job: job, entry: entry,
            isUncertain: job == nil ? Self.mayStillCome(submission) : problem != nil)
        }
      }
    }
  }

  /// Whether a submission without a job may get one yet: the process that claimed it is at work.
  private static func mayStillCome(_ submission: Submission) -> Bool {
    if submission.isFinished { return false }
    // A number may be another process's by now; and no submit tries for hours.
    let age_s = Date().timeIntervalSince1970 - submission.created_s
    return age_s < 6 * 3600 && (submission.host != hostName() || isProcessAlive(submission.pid))
  }

  subscript(run: Int) -> RunQueueState? { standings[run] }

  /// The state of a run, corrected by what Slurm says where that adds something.
  func corrected(_ state: RunState, run: Int) -> RunState {
    guard let standing = standings[run] else { return state }
    var state = state
    switch state.state {
    case .done: break
    case .running, .unknown:
      // Slurm has ended the job, and nothing has been heard of the ranks since: they are gone.
      let silence_s = Date().timeIntervalSince1970 - (state.heartbeat_s ?? 0)
      let isItsJob = standing.job?.name == state.job
      if problem == nil, isItsJob, !standing.isActive, silence_s > 60 {
        state.state = .stopped
        state.message = "its job \(standing.job?.name ?? "") ended without a word; submit again to resume"
      } else if isItsJob, standing.entry?.isWaiting ?? false, silence_s > 60 {
        state.state = .queued
        state.message = standing.reasonInWords
      }
    case .planned, .queued, .stopped, .failed:
      if standing.isActive {
        state.state = .queued
        state.message = standing.reasonInWords
      } else if standing.isUncertain {
        let name = standing.job.map { "job \($0.name)" } ?? "being submitted"
        state.message = ([state.message, problem.map { "\(name): \($0)" } ?? name] as [String?])
          .compactMap { $0 }.joined(separator: "; ")
      }
    }
    return state
  }
}

extension QueueSnapshot.RunQueueState {
  /// Where it stands in Slurm, for people.
  var reasonInWords: String {
    guard let entry, let job else { return "submitted" }
    let reason = entry.reason.isEmpty ? "" : " (\(entry.reason))"
    return "job \(job.name) is \(entry.state.lowercased())\(reason)"
  }
}
