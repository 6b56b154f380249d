import Foundation
import StudyStore
import Support

/// Sends what is missing of a study to Slurm.
package struct Submitter: Sendable {
  let study: StudyDirectory
  let site: SiteProfile
  let ranks: Int
  let retriesFailed: Bool
  let slurm: Slurm
  let afterwards: String?

  /// - Parameters:
  ///   - ranks: of each run, in place of the manifest's.
  ///   - retriesFailed: also runs whose budget of starts is used up.
  ///   - afterwards: a command for the coordinator's job, after the results.
  ///   - remark: hears of what is tried again.
  package init(
    study: StudyDirectory, site: SiteProfile, ranks: Int? = nil, retriesFailed: Bool = false,
    afterwards: String? = nil, remark: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.study = study
    self.site = site
    self.ranks = ranks ?? study.manifest.resources.ranks
    self.retriesFailed = retriesFailed
    self.afterwards = afterwards
    slurm = Slurm(remark: remark)
  }

  /// Looks at files and at Slurm, and changes nothing.
  /// - Parameters:
  ///   - only: the runs to take; nil takes all.
  ///   - cost: a pace, once it is known that there is anything to submit.
  /// - Throws: ``RunFailure`` where Slurm does not say what it has: submitting could then be a second time.
  package func plan(only: [Int]? = nil, cost: () async throws -> CostEstimate) async throws -> SubmissionPlan
  {
    let view = try await QueueSnapshot(study, slurm: slurm)
    if let problem = view.problem {
      throw RunFailure("Slurm does not say what it has of this study (\(problem)); nothing was submitted")
    }
    var runs: [Int] = []
    var leftOut: [Int: String] = [:]
    var done = 0
    for index in only ?? Array(study.runs.indices) {
      _ = try study.run(index)
      let state = view.corrected(study.state(of: index), run: index)
      if state.state == .done {
        done += 1
      } else if let reason = reason(toLeaveOut: index, state, view) {
        leftOut[index] = reason
      } else {
        runs.append(index)
      }
    }
    let estimate = try await runs.isEmpty ? CostEstimate(atomStepsPerSecond: 1, source: "") : cost()
    return SubmissionPlan(
      runs: runs, leftOut: leftOut, done: done, cost: estimate, site: site, ranks: ranks,
      margin_s: margin(estimate), arraySize: try await arraySize())
  }

  private func reason(toLeaveOut index: Int, _ state: RunState, _ view: QueueSnapshot) -> String? {
    if let standing = view[index], standing.isActive || standing.isUncertain {
      return standing.reasonInWords
    }
    if state.state == .running {
      return "runs on \(state.host ?? "another host") as process \(state.pid ?? 0)"
    }
    if state.state == .failed, !retriesFailed {
      let budget = RetryBudget(study.attempts(at: index).records(), progress: study.progress(of: index))
      if budget.isBadInput {
        return
          "failed, and would again: \(state.message ?? "bad input"); where that is mended, --retry-failed starts it"
      }
      if !budget.allows(retries: site.retries) {
        return "failed \(budget.fruitless.count) times in a row without getting further "
          + "(\(state.message ?? "no message")); --retry-failed starts it again"
      }
    }
    return nil
  }

  /// Time for ten steps and a checkpoint; Slurm's own clock is some 15 s off either way.
  private func margin(_ cost: CostEstimate) -> Double {
    site.signalMargin_s ?? min(max(60, 30 + 5 * (cost.checkpoint_s ?? 5)), site.timeLimit_s / 2, 65535)
  }

  private func arraySize() async throws -> Int {
    if let size = site.maxArraySize { return size }
    return await slurm.configuration("MaxArraySize").flatMap { Int($0) }.map { max(1, $0) } ?? 1001
  }

  // MARK: send

  /// Nodes that starts failed on which got no further, unless these were most of the partition.
  private func withFailedNodes(_ runs: [Int]) async -> SiteProfile {
    var nodes: Set<String> = []
    for run in runs where study.state(of: run).state == .failed {
      let budget = RetryBudget(study.attempts(at: run).records(), progress: study.progress(of: run))
      nodes.formUnion(budget.failedNodes)
    }
    nodes.subtract(site.exclude)
    guard !nodes.isEmpty, let count = await slurm.nodeCount(partition: site.partition),
      (nodes.count + site.exclude.count) * 2 <= count
    else { return site }
    var site = site
    site.exclude += nodes.sorted()
    return site
  }

  func script(_ number: Int, _ plan: SubmissionPlan) -> JobScript {
    JobScript(
      site: plan.site, study: study.path, submission: number, ranks: ranks, margin_s: plan.margin_s,
      afterwards: afterwards)
  }

  /// What would be submitted, as a shell would have it: the scripts and the commands.
  package func preview(_ plan: SubmissionPlan) -> String {
    let script = script(nextNumber, plan)
    let name = jobName(nextNumber, 0, unique: "…")
    var lines = ["# \(SubmissionFolder(study: study.path).scriptPath(nextNumber))", script.element()]
    lines += ["# \(SubmissionFolder(study: study.path).scriptPath(nextNumber, "-results"))"]
    lines += [script.coordinator()]
    for (offset, runs) in plan.parts {
      let part = Submission.Part(offset: offset, runs: runs, jobName: name)
      lines.append(command(script.elementArguments(part, throttle: plan.throttle), name: name))
    }
    let jobs = plan.parts.indices.map { "JOB\($0 + 1)" }
    lines.append(command(script.coordinatorArguments(after: jobs), name: name + ".results"))
    return lines.joined(separator: "\n")
  }

  private var nextNumber: Int {
    ((try? SubmissionFolder(study: study.path).all())?.last?.number ?? 0) + 1
  }

  private func command(_ arguments: [String], name: String) -> String {
    (["sbatch", "--parsable", "--job-name=\(name)"] + arguments).map(shellQuoted).joined(separator: " ")
  }

  private func jobName(_ number: Int, _ part: Int, unique: String) -> String {
    "\(study.manifest.study).\(number).\(part).\(unique)"
  }

  /// Submits; what another process has claimed in the meantime is left to it.
  /// - Returns: what was submitted; nil where nothing was left to.
  /// - Throws: ``RunFailure`` with what sbatch said, after what could be submitted has been written down.
  package func submit(_ wanted: SubmissionPlan) async throws -> Submission? {
    var plan = wanted
    plan.site = await withFailedNodes(plan.runs)
    let folder = SubmissionFolder(study: study.path)
    let unique = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    var submission = try folder.claim { number in
      Submission(
        number: number, created_s: Date().timeIntervalSince1970, host: hostName(),
        pid: Int(ProcessInfo.processInfo.processIdentifier), site: plan.site, ranks: ranks,
        parts: plan.parts.enumerated().map { index, part in
          Submission.Part(
            offset: part.offset, runs: part.runs, jobName: jobName(number, index, unique: unique))
        })
    }
    do {
      // Both of two that claim at once see the other; the lower number has the run.
      let earlier = try folder.all().filter { $0.number < submission.number }
      let view = try await QueueSnapshot(study, submissions: earlier, slurm: slurm)
      for index in submission.parts.indices {
        submission.parts[index].runs.removeAll {
          view[$0]?.isActive ?? false || view[$0]?.isUncertain ?? false
        }
      }
      submission.parts.removeAll { $0.runs.isEmpty }
      try folder.write(submission)
      try write(script(submission.number, plan), folder)
      try await send(&submission, plan, folder)
    } catch {
      submission.isFinished = true
      try folder.write(submission)
      throw error
    }
    submission.isFinished = true
    try folder.write(submission)
    return submission.parts.isEmpty ? nil : submission
  }

  private func write(_ script: JobScript, _ folder: SubmissionFolder) throws {
    try AtomicFile.write(script.element(), to: folder.scriptPath(script.submission))
    try AtomicFile.write(script.coordinator(), to: folder.scriptPath(script.submission, "-results"))
    try? FileManager.default.createDirectory(
      atPath: folder.outputPath(script.submission), withIntermediateDirectories: true)
  }

  private func send(_ submission: inout Submission, _ plan: SubmissionPlan, _ folder: SubmissionFolder)
    async throws
  {
    let script = script(submission.number, plan)
    for index in submission.parts.indices {
      let part = submission.parts[index]
      for run in part.runs { study.cancelWish(run).remove() }
      submission.parts[index].job = try await slurm.submit(
        script.elementArguments(part, throttle: plan.throttle), name: part.jobName)
      try folder.write(submission)
    }
    let jobs = submission.parts.compactMap { $0.job.map(String.init) }
    guard !jobs.isEmpty else { return }
    submission.coordinator = try await slurm.submit(
      script.coordinatorArguments(after: jobs), name: (submission.parts[0].jobName) + ".results")
  }
}
