import Foundation
import SlurmCommands
import StudyStore
import Support

/// The runs of a study in Slurm's queue; the files of the runs take precedence over it.
package struct QueueSnapshot: Sendable {
  /// A run's job and its state in the queue.
  struct RunQueueState: Sendable {
    var submission: Int
    var job: SlurmJob?
    var cluster = SlurmCluster.ofShell
    var entry: SlurmQueue.Entry?
    /// Whether the job may exist: Slurm does not answer, or `submit` is still at work.
    var isUncertain = false
    /// Array tasks that take its submission's runs as they come; nil where it has its own.
    var packs: PackCount?

    var isActive: Bool { entry?.isActive ?? false }
  }

  /// Array tasks that take many runs, as Slurm has them.
  struct PackCount: Equatable, Sendable {
    var running = 0
    var pending = 0
  }

  /// The packs of a submission.
  struct Packs: Sendable {
    var runs: [Int]
    var cluster: SlurmCluster
    var pending: [SlurmJob]
  }

  private(set) var packs: [Packs] = []
  /// Runs that the job of some submission's results is to submit.
  private(set) var left: Set<Int> = []

  /// By the run's index; runs that were never submitted, or whose job ended long ago, have none.
  private(set) var states: [Int: RunQueueState] = [:]
  /// Why Slurm did not answer.
  private(set) var problem: String?

  /// - Throws: ``RunFailure`` where a submission can't be read.
  init(_ study: StudyDirectory, slurm: Slurm) async throws {
    try await self.init(study, submissions: SubmissionFolder(study: study.path).all(), slurm: slurm)
  }

  init(_ study: StudyDirectory, submissions: [Submission], slurm: Slurm) async throws {
    left = Set(submissions.filter { $0.coordinator != nil }.flatMap { $0.rest ?? [] })
    let open = submissions.filter { submission in
      submission.parts.contains { part in
        part.runs.contains { study.runs.indices.contains($0) && study.state(of: $0).state != .done }
      }
    }
    guard !open.isEmpty else { return }
    var queue = SlurmQueue()
    var found: [String: Int] = [:]
    do {
      let jobs = open.flatMap { submission in
        submission.parts.compactMap { part in part.job.map { (submission.cluster(of: part), $0) } }
      }
      for (cluster, jobs) in Dictionary(grouping: jobs, by: \.0) {
        queue.entries.merge(try await slurm.at(cluster).queue(of: jobs.map(\.1)).entries) { $1 }
      }
      for submission in open {
        let slurm = slurm.at(submission.cluster)
        for part in submission.parts where part.job == nil {
          guard let job = try await slurm.jobs(named: part.jobName).first else { continue }
          found[part.jobName] = job
          queue.entries.merge(try await slurm.queue(of: [job]).entries) { $1 }
        }
      }
    } catch {
      problem = "\(error)"
    }
    for submission in open {
      for part in submission.parts {
        let number = part.job ?? found[part.jobName]
        if part.packs != nil {
          add(part, number, of: submission, queue, study)
          continue
        }
        for run in part.runs where study.runs.indices.contains(run) {
          let job = number.map { SlurmJob(job: $0, task: run - part.offset) }
          // Other systems than Slurm have no array of one task.
          let entry =
            job.flatMap { queue.entry($0) }
            ?? (part.runs.count > 1 ? nil : number.flatMap { queue.entry(SlurmJob(job: $0, task: nil)) })
          // A later submission replaces an earlier one that has ended.
          if let other = states[run], other.isActive, !(entry?.isActive ?? false) { continue }
          states[run] = RunQueueState(
            submission: submission.number, job: job,
            cluster: submission.cluster(of: part),
            entry: entry,
            isUncertain: job == nil ? Self.isBeingSubmitted(submission) : problem != nil)
        }
      }
    }
  }

  /// The runs of packs: one that goes has the array task that it is in, and any other has one that may take it.
  private mutating func add(
    _ part: Submission.Part, _ number: Int?, of submission: Submission, _ queue: SlurmQueue,
    _ study: StudyDirectory
  ) {
    let tasks = queue.entries.values.filter { $0.job.job == number && $0.isActive }
      .sorted { ($0.isPending ? 1 : 0, $0.job.task ?? 0) < ($1.isPending ? 1 : 0, $1.job.task ?? 0) }
    let pending = tasks.filter(\.isPending)
    let count = PackCount(running: tasks.count - pending.count, pending: pending.count)
    let cluster = submission.cluster(of: part)
    packs.append(Packs(runs: part.runs, cluster: cluster, pending: pending.map(\.job)))
    for run in part.runs where study.runs.indices.contains(run) {
      let state = study.state(of: run)
      // Those that the packs will not take any more wait for nothing.
      if state.state == .done || study.cancelMarker(run).exists && state.state != .running { continue }
      if state.state == .failed, study.claims(on: run).newest()?.claim?.ended == .givenUp { continue }
      let entry = tasks.first { $0.job.name == state.job } ?? tasks.first
      if let other = states[run], other.isActive, entry == nil { continue }
      states[run] = RunQueueState(
        submission: submission.number,
        job: (entry?.job).map { SlurmJob(job: $0.job, task: $0.task) }
          ?? number.map { SlurmJob(job: $0, task: 0) },
        cluster: cluster, entry: entry,
        isUncertain: number == nil ? Self.isBeingSubmitted(submission) : problem != nil, packs: count)
    }
  }

  /// Whether a submission without a job may still get one: the process that claimed it is at work.
  private static func isBeingSubmitted(_ submission: Submission) -> Bool {
    if submission.isFinished { return false }
    switch submission.identity.presence() {
    case .alive: return true
    case .gone: return false
    case .unseen:
      // No submit retries for hours, and none begins in the future.
      let age_s = Date().timeIntervalSince1970 - submission.created_s
      return (-600..<6 * 3600).contains(age_s)
    }
  }

  /// A running run writes a heartbeat every second or so; Slurm's states lag by up to half a minute, s.
  private static let heartbeatTimeout_s = 60.0

  subscript(run: Int) -> RunQueueState? { states[run] }

  /// The state of a run, corrected where Slurm knows more than its files.
  func corrected(_ state: RunState, run: Int) -> RunState {
    guard let queued = states[run] else { return state }
    var state = state
    switch state.state {
    case .done: break
    case .running, .unknown:
      // The job has ended, and there is no heartbeat: the ranks are gone.
      let age_s = abs(Date().timeIntervalSince1970 - (state.heartbeat_s ?? 0))
      let isItsJob = queued.job?.name == state.job
      if problem == nil, isItsJob, !queued.isActive, age_s > Self.heartbeatTimeout_s {
        state.state = .stopped
        state.message = "job \(queued.job?.name ?? "") has ended; submit again to resume"
      } else if queued.packs != nil, !isItsJob, queued.isActive, age_s > Self.heartbeatTimeout_s {
        // Another pack takes it.
        state.state = .queued
        state.message = queued.description
      } else if isItsJob, queued.entry?.isPending ?? false, age_s > Self.heartbeatTimeout_s {
        state.state = .queued
        state.message = queued.description
      }
    case .planned, .queued, .stopped, .failed:
      if queued.isActive {
        state.state = .queued
        state.message = queued.description
      } else if queued.isUncertain {
        let name = queued.job.map { "job \($0.name)" } ?? "being submitted"
        state.message = ([state.message, problem.map { "\(name): \($0)" } ?? name] as [String?])
          .compactMap { $0 }.joined(separator: "; ")
      }
    }
    return state
  }
}

extension QueueSnapshot.RunQueueState: CustomStringConvertible {
  var description: String {
    guard let entry, let job else { return "submitted" }
    if let packs, packs.running > 0 {
      return "waits for its turn in job \(job.job), of which \(packs.running) array tasks run"
        + (packs.pending > 0 ? " and \(packs.pending) wait" : "")
    }
    let reason = entry.reason.isEmpty ? "" : " (\(entry.reason))"
    return "job \(job.name) is \(entry.state.lowercased())\(reason)"
  }
}
