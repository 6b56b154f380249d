import SlurmCommands
import StudyStore
import Support

/// Sends a submission to Slurm or, where the user may not have so many jobs at once, as much of it as is accepted. The job that
/// computes the results submits the rest when these runs have ended.
struct SubmissionPortion {
  let submitter: Submitter
  let plan: SubmissionPlan
  let folder: SubmissionFolder

  private var slurm: Slurm { submitter.slurm }

  /// Submits the arrays and the job of the results, and records each.
  /// - Throws: ``Slurm/SubmitLimit`` where not one run is accepted; ``RunFailure`` with the error of sbatch.
  func send(_ submission: inout Submission) async throws {
    var limit: Slurm.SubmitLimit?
    for index in submission.parts.indices {
      if limit == nil { limit = try await send(&submission, part: index) }
      if submission.parts[index].job == nil { leave(&submission, part: index, keeping: 0) }
      try folder.write(submission)
    }
    submission.parts.removeAll { $0.job == nil }
    guard !submission.parts.isEmpty else {
      if let limit { throw limit }
      return
    }
    try await sendCoordinator(&submission)
    try folder.write(submission)
  }

  /// Halves an array until it is accepted.
  /// - Returns: the limit, where it was halved.
  private func send(_ submission: inout Submission, part index: Int) async throws -> Slurm.SubmitLimit? {
    let script = submitter.script(submission.number, plan)
    let options = JobScript.options(of: try script.taskScript())
    var met: Slurm.SubmitLimit?
    while true {
      // Those that were cancelled while this process was on its way to them.
      submission.parts[index].runs.removeAll(where: submitter.staysCancelled)
      if submission.parts[index].runs.isEmpty { return met }
      let part = submission.parts[index]
      do {
        let accepted = try await slurm.submit(
          script.taskArguments(part, throttle: plan.throttle), name: part.jobName, options: options)
        submission.parts[index].job = accepted.job
        submission.parts[index].cluster = accepted.cluster
        return met
      } catch let limit as Slurm.SubmitLimit {
        met = limit
        let tasks = part.packs ?? part.runs.count
        if tasks < 2 { return limit }
        // Packs take all runs however few they are.
        if part.packs != nil {
          submission.parts[index].packs = tasks / 2
        } else {
          leave(&submission, part: index, keeping: tasks / 2)
        }
        try folder.write(submission)
      }
    }
  }

  private func leave(_ submission: inout Submission, part index: Int, keeping count: Int) {
    let runs = submission.parts[index].runs
    submission.parts[index].runs = Array(runs.prefix(count))
    submission.rest = ((submission.rest ?? []) + runs.dropFirst(count)).sorted()
  }

  /// Tries to make room for it, with a pause after each, s.
  private static let pauses_s = [1.0, 2, 4, 8, 16]

  private func sendCoordinator(_ submission: inout Submission) async throws {
    var last: Slurm.SubmitLimit?
    for pause_s in Self.pauses_s {
      let jobs = submission.parts.compactMap { $0.job.map(String.init) }
      let script = submitter.script(submission.number, plan, rest: submission.rest != nil)
      let text = try script.coordinatorScript()
      try AtomicFile.write(text, to: folder.scriptPath(submission.number, "-results"))
      do {
        submission.coordinator = try await slurm.submit(
          script.coordinatorArguments(after: jobs), name: submission.parts[0].jobName + ".results",
          options: JobScript.options(of: text)
        ).job
        return
      } catch let limit as Slurm.SubmitLimit {
        guard try await withdrawOne(&submission) else { return sayThereIsNoRoom(submission, limit) }
        try await Task.sleep(for: .seconds(pause_s))
        last = limit
      }
    }
    if let last { sayThereIsNoRoom(submission, last) }
  }

  private func sayThereIsNoRoom(_ submission: Submission, _ limit: Slurm.SubmitLimit) {
    submitter.slurm.log(
      "\(limit); no room for the job that computes the results: run `paddlewheel aggregate`"
        + (submission.rest == nil ? "" : ", and `paddlewheel submit` for the other runs"))
  }

  /// Takes the last task back.
  /// - Returns: false where it is the only one.
  private func withdrawOne(_ submission: inout Submission) async throws -> Bool {
    let last = submission.parts.count - 1
    let part = submission.parts[last]
    guard let job = part.job else { return false }
    let count = part.packs ?? part.runs.count
    guard count > 1 || last > 0 else { return false }
    let task: Int?
    if count == 1 {
      // The array has no other task.
      task = nil
      leave(&submission, part: last, keeping: 0)
      submission.parts.removeLast()
    } else if let packs = part.packs {
      task = packs - 1
      submission.parts[last].packs = task
    } else {
      task = (part.runs.last ?? 0) - part.offset
      leave(&submission, part: last, keeping: part.runs.count - 1)
    }
    do {
      try await slurm.at(submission.cluster(of: part)).cancel([SlurmJob(job: job, task: task)])
    } catch {
      throw RunFailure("\(error)")
    }
    try folder.write(submission)
    return true
  }
}
