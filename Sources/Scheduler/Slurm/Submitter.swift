import Foundation
import SlurmCommands
import StudyStore
import Support

/// Submits the runs of a study that are not done to Slurm.
package struct Submitter: Sendable {
  let study: StudyDirectory
  let site: SiteProfile
  let ranks: Int
  let retriesFailed: Bool
  /// The submission whose runs this one goes on with; nil for one that the user has asked for.
  let earlier: Submission?
  let slurm: Slurm
  let afterwards: String?

  /// - Parameters:
  ///   - ranks: of each run, instead of the manifest's.
  ///   - retriesFailed: includes runs that have used up their retries.
  ///   - earlier: a submission to go on with: what has been cancelled since stays so.
  ///   - afterwards: command line that the coordinator's job runs after the results.
  ///   - log: called with each failure that is retried.
  package init(
    study: StudyDirectory, site: SiteProfile, ranks: Int? = nil, retriesFailed: Bool = false,
    continuing earlier: Submission? = nil, afterwards: String? = nil,
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.study = study
    self.site = site
    self.ranks = ranks ?? study.manifest.ranks ?? 1
    self.retriesFailed = retriesFailed
    self.earlier = earlier
    self.afterwards = afterwards
    slurm = Slurm(cluster: site.cluster, log: log)
  }

  /// Plans a submission from the files and Slurm's queue, and changes nothing of the study.
  /// - Parameters:
  ///   - only: the indices of the runs; nil for all.
  ///   - cost: measures the pace; called only where there is anything to submit.
  /// - Throws: ``RunFailure`` where Slurm does not answer: a run might then be submitted twice.
  package func plan(only: [Int]? = nil, cost: () async throws -> CostEstimate) async throws -> SubmissionPlan
  {
    // The profile is the user's own; that of an earlier submission is a record of the study.
    if earlier == nil, let templates = site.batch { try KnownBatchCommands.remember(templates) }
    let queue = try await QueueSnapshot(study, slurm: slurm)
    if let problem = queue.problem {
      throw RunFailure(
        "Slurm can't be queried for the jobs of this study (\(problem)); nothing was submitted")
    }
    var runs: [Int] = []
    var leftOut: [Int: String] = [:]
    var done = 0
    for index in only ?? Array(study.runs.indices) {
      _ = try study.run(index)
      let state = queue.corrected(study.state(of: index), run: index)
      if state.state == .done {
        done += 1
      } else if let reason = reason(toLeaveOut: index, state, queue) {
        leftOut[index] = reason
      } else {
        runs.append(index)
      }
    }
    let estimate = try await runs.isEmpty ? CostEstimate(atomStepsPerSecond: 1, source: "") : cost()
    var plan = SubmissionPlan(
      runs: runs, leftOut: leftOut, done: done, cost: estimate, site: site, ranks: ranks,
      margin_s: 0, arraySize: await site.arraySize(slurm))
    if let size = site.pack {
      let nodes = size == .node ? await slurm.nodes(partition: site.partition) : nil
      plan.pack = try PackShape(size, site: site, ranks: ranks, nodes: nodes)
    }
    plan.margin_s = margin(estimate, checkpoints: plan.slots)
    return plan
  }

  private func reason(toLeaveOut index: Int, _ state: RunState, _ queue: QueueSnapshot) -> String? {
    if let queued = queue[index], queued.isActive || queued.isUncertain { return queued.description }
    if state.state == .running {
      return "running on \(state.host ?? "another host") as process \(state.pid ?? 0)"
    }
    if staysCancelled(index) { return "was cancelled" }
    let count = submissionsWithoutProgress(index)
    if count > site.retries {
      return "submitted \(count) times in a row without progress; submit starts it again"
    }
    if state.state == .failed, !retriesFailed {
      let policy = retryPolicy(index)
      if policy.isInvalidInput {
        return
          "invalid input: \(state.message ?? "no message"); once that is fixed, --retry-failed restarts it"
      }
      if !policy.allows(retries: site.retries) {
        return "failed \(policy.attemptsWithoutProgress.count) times in a row without progress "
          + "(\(state.message ?? "no message")); --retry-failed restarts it"
      }
    }
    return nil
  }

  /// Whether a run was cancelled and is not to be submitted: only the user takes that back.
  func staysCancelled(_ run: Int) -> Bool { earlier != nil && study.cancelMarker(run).exists }

  /// Where a run stands, beside where it stood in the submission before.
  private func standing(_ run: Int) -> Submission.Standing {
    Submission.Standing(progress: study.progress(of: run), withoutProgress: submissionsWithoutProgress(run))
  }

  /// How many submissions in a row have not brought a run further.
  private func submissionsWithoutProgress(_ run: Int) -> Int {
    guard let before = earlier?.standings?[run], before.progress == study.progress(of: run) else { return 0 }
    return before.withoutProgress + 1
  }

  /// How long to wait before a submission of these runs, s: longer the more often they have not got further.
  package func delay_s(_ runs: [Int]) -> Double {
    let most = runs.map(submissionsWithoutProgress).max() ?? 0
    // The job of the results waits, and has to end in time.
    return most == 0
      ? 0 : min(site.retryDelay_s * Double(1 << min(most - 1, 10)), site.coordinator.timeLimit_s / 4)
  }

  private func retryPolicy(_ index: Int) -> RetryPolicy {
    RetryPolicy(study.attempts(at: index).records(), progress: study.progress(of: index))
  }

  /// Time for ten steps and a checkpoint; Slurm sends its signal up to some 15 s early or late.
  /// - Parameter count: of runs that write one at the same time, to one disk.
  private func margin(_ cost: CostEstimate, checkpoints count: Int) -> Double {
    let checkpoint_s = cost.checkpoint_s ?? 5
    let margin_s = max(60, 30 + 5 * checkpoint_s + checkpoint_s * Double(count - 1))
    return site.signalMargin_s ?? min(margin_s, site.timeLimit_s / 2, 65535)
  }

  // MARK: submit

  /// The profile without nodes on which attempts failed, unless these are most of the partition.
  private func excludingFailedNodes(_ runs: [Int]) async -> SiteProfile {
    var nodes: Set<String> = []
    for run in runs where study.state(of: run).state == .failed {
      nodes.formUnion(retryPolicy(run).failedNodes)
    }
    nodes.subtract(site.exclude)
    guard !nodes.isEmpty, let count = await slurm.nodeCount(partition: site.partition),
      (nodes.count + site.exclude.count) * 2 <= count
    else { return site }
    var site = site
    site.exclude += nodes.sorted()
    return site
  }

  /// - Parameter rest: whether the coordinator has runs to submit.
  func script(_ number: Int, _ plan: SubmissionPlan, rest: Bool = false) -> JobScript {
    var script = JobScript(
      site: plan.site, study: study.path, submission: number, ranks: ranks, margin_s: plan.margin_s,
      pack: plan.pack, afterwards: afterwards)
    script.submitsRest = rest
    return script
  }

  /// The scripts and the commands of a submission, for a dry run.
  /// - Throws: ``RunFailure`` where the earlier submissions can't be listed.
  package func preview(_ plan: SubmissionPlan) throws -> String {
    let folder = SubmissionFolder(study: study.path)
    let number = try folder.nextNumber()
    let script = script(number, plan)
    let name = jobName(number, 0, unique: "…")
    if let templates = site.batch {
      let parts = plan.parts.map { Submission.Part(offset: 0, runs: $0.runs, jobName: name) }
      return try TemplateSubmission(submitter: self, plan: plan, folder: folder, templates: templates)
        .preview(number, parts).joined(separator: "\n")
    }
    var lines = ["# \(folder.scriptPath(number))", try script.taskScript()]
    lines += ["# \(folder.scriptPath(number, "-results"))", try script.coordinatorScript()]
    for (offset, runs) in plan.parts {
      let part = Submission.Part(offset: offset, runs: runs, jobName: name, packs: plan.packs)
      lines.append(command(script.taskArguments(part, throttle: plan.throttle), name: name))
    }
    let jobs = plan.parts.indices.map { "JOB\($0 + 1)" }
    lines.append(command(script.coordinatorArguments(after: jobs), name: name + ".results"))
    return lines.joined(separator: "\n")
  }

  private func command(_ arguments: [String], name: String) -> String {
    (["sbatch", "--parsable", "--job-name=\(name)"] + arguments).map(shellQuoted).joined(separator: " ")
  }

  private func jobName(_ number: Int, _ part: Int, unique: String) -> String {
    "\(study.manifest.study).\(number).\(part).\(unique)"
  }

  /// Submits the runs of a plan, except for those that another process has claimed in the meantime.
  /// - Returns: the submission; nil where no run was left.
  /// - Throws: ``RunFailure`` with the error of sbatch, after the arrays that it has accepted have been recorded.
  package func submit(_ wanted: SubmissionPlan) async throws -> Submission? {
    var plan = wanted
    plan.site = await excludingFailedNodes(plan.runs)
    // What can't be written as a script is refused before any run is claimed.
    for make in [script(0, plan).taskScript, script(0, plan).coordinatorScript] { _ = try make() }
    let folder = SubmissionFolder(study: study.path)
    var submission = try claim(plan, folder)
    do {
      // Two processes that claim a run at once see each other; the lower number wins.
      let earlier = try folder.all().filter { $0.number < submission.number }
      let queue = try await QueueSnapshot(study, submissions: earlier, slurm: slurm)
      for index in submission.parts.indices {
        submission.parts[index].runs.removeAll {
          queue[$0]?.isActive ?? false || queue[$0]?.isUncertain ?? false
        }
      }
      submission.parts.removeAll { $0.runs.isEmpty }
      if site.batch != nil {
        let runs = submission.parts.flatMap(\.runs)
        submission.standings = Dictionary(uniqueKeysWithValues: runs.map { ($0, standing($0)) })
      }
      try folder.write(submission)
      // Of all of them before any is sent: a part that has to wait is not cancelled either.
      if self.earlier == nil {
        for run in submission.parts.flatMap(\.runs) { study.cancelMarker(run).remove() }
      }
      if let templates = site.batch {
        try makeOutputFolder(submission.number, folder)
        // Runs that another process has claimed in the meantime have left gaps.
        submission.parts = submission.parts.flatMap { part in
          SubmissionPlan.consecutive(part.runs).map {
            Submission.Part(offset: 0, runs: $0, jobName: part.jobName)
          }
        }
        try await TemplateSubmission(submitter: self, plan: plan, folder: folder, templates: templates).send(
          &submission)
      } else {
        try write(script(submission.number, plan), folder)
        try await SubmissionPortion(submitter: self, plan: plan, folder: folder).send(&submission)
      }
    } catch {
      submission.isFinished = true
      try folder.write(submission)
      throw (error as? Slurm.SubmitLimit).map { RunFailure("\($0)") } ?? error
    }
    submission.isFinished = true
    try folder.write(submission)
    return submission.parts.isEmpty ? nil : submission
  }

  private func claim(_ plan: SubmissionPlan, _ folder: SubmissionFolder) throws -> Submission {
    let unique = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    return try folder.claim { number in
      Submission(
        number: number, created_s: Date().timeIntervalSince1970, host: ProcessIdentity.current.host,
        pid: ProcessIdentity.current.pid, process: ProcessIdentity.current.origin, site: plan.site,
        ranks: ranks,
        parts: plan.parts.enumerated().map { index, part in
          Submission.Part(
            offset: part.offset, runs: part.runs, jobName: jobName(number, index, unique: unique),
            packs: plan.packs)
        }, pack: plan.pack, afterwards: afterwards)
    }
  }

  private func write(_ script: JobScript, _ folder: SubmissionFolder) throws {
    try AtomicFile.write(try script.taskScript(), to: folder.scriptPath(script.submission))
    try AtomicFile.write(try script.coordinatorScript(), to: folder.scriptPath(script.submission, "-results"))
    try makeOutputFolder(script.submission, folder)
  }

  /// Slurm fails a job silently whose output it can't write, and follows a link that waits under its name.
  private func makeOutputFolder(_ number: Int, _ folder: SubmissionFolder) throws {
    let output = folder.outputPath(number)
    try study.makeFolder(output)
    if let other = try folderContents(output).min() {
      throw InputError(
        place: SourcePlace(file: output), found: "'\(other)' in it",
        wanted: "a directory that is new or empty")
    }
  }
}
