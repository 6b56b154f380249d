import SlurmCommands
import StudyStore
import Support

/// Sends a submission to a batch system other than Slurm.
struct TemplateSubmission {
  let submitter: Submitter
  let plan: SubmissionPlan
  let folder: SubmissionFolder
  let templates: BatchTemplates

  private func script(_ number: Int) -> JobScript {
    var script = submitter.script(number, plan)
    // Nothing requeues a task there: what a time limit or a failure has left goes into a submission of its own.
    script.submitsRest = true
    return script
  }

  private func request(_ number: Int, _ part: Submission.Part, _ index: Int) -> BatchTemplates.Request {
    BatchTemplates.Request(
      script: folder.scriptPath(number, "-\(index)"), name: part.jobName, ranks: submitter.ranks,
      time_s: plan.site.timeLimit_s, output: "\(folder.outputPath(number))/batch.out", runs: range(part))
  }

  private func range(_ part: Submission.Part) -> ClosedRange<Int> {
    part.runs[0]...part.runs[part.runs.count - 1]
  }

  private func results(_ number: Int, name: String, after: [String]) -> BatchTemplates.Request {
    BatchTemplates.Request(
      script: folder.scriptPath(number, "-results"), name: name + ".results",
      ranks: plan.site.coordinator.cores,
      time_s: plan.site.coordinator.timeLimit_s, output: "\(folder.outputPath(number))/batch.out", runs: nil,
      after: after)
  }

  /// The scripts and commands, for a dry run.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func preview(_ number: Int, _ parts: [Submission.Part]) throws -> [String] {
    var lines: [String] = []
    for (index, part) in parts.enumerated() {
      let request = request(number, part, index)
      lines += ["# \(request.script)", try script(number).taskScript(templates, runs: range(part))]
      lines.append(templates.command(request).map(shellQuoted).joined(separator: " "))
    }
    let last = results(number, name: parts.first?.jobName ?? "", after: parts.indices.map { "JOB\($0 + 1)" })
    lines += ["# \(last.script)", try script(number).coordinatorScript(templates)]
    lines.append(templates.command(last).map(shellQuoted).joined(separator: " "))
    return lines
  }

  /// Submits the arrays and the job of the results, and records each. What is refused after the first array is left to the job of
  /// the results.
  /// - Throws: ``RunFailure`` with the error of the command that submits.
  func send(_ submission: inout Submission) async throws {
    var jobs: [String] = []
    for index in submission.parts.indices {
      do {
        jobs.append(try await send(&submission, part: index))
      } catch let refusal as RunFailure where index > 0 {
        submitter.slurm.log("\(refusal): the job of the results tries again")
        break
      }
    }
    for part in submission.parts where part.job == nil {
      submission.rest = ((submission.rest ?? []) + part.runs).sorted()
      for run in part.runs { submission.standings?[run] = nil }
    }
    submission.parts.removeAll { $0.job == nil }
    try folder.write(submission)
    guard let first = submission.parts.first else { return }
    let request = results(submission.number, name: first.jobName, after: jobs)
    try AtomicFile.write(
      try script(submission.number).coordinatorScript(templates), to: request.script)
    submission.coordinator = try await submitter.slurm.submit(request, to: templates).job
    try folder.write(submission)
  }

  /// - Returns: the name of the job.
  private func send(_ submission: inout Submission, part index: Int) async throws -> String {
    let part = submission.parts[index]
    let request = request(submission.number, part, index)
    let text = try script(submission.number).taskScript(templates, runs: range(part))
    try AtomicFile.write(text, to: request.script)
    let job = try await submitter.slurm.submit(request, to: templates).job
    submission.parts[index].job = job
    try folder.write(submission)
    return part.runs.count > 1 ? templates.arrayName(of: job) : templates.name(of: job, task: nil)
  }
}
