import Foundation
import SlurmCommands
import StudyStore
import Support

/// One task of a Slurm job array: it runs its run, and requeues itself until the run is done.
package struct ArrayTask: Sendable {
  /// How the task ended, for its log and its exit code.
  package enum End: Equatable, Sendable {
    case done
    /// There was nothing to do, with the reason.
    case skipped(String)
    /// With a checkpoint; Slurm restarts it, or the next `submit` does.
    case stopped(String)
    case failed(exitCode: Int32, message: String)
  }

  let study: StudyDirectory
  let submission: Submission
  let index: Int
  let job: SlurmJob
  let slurm: Slurm
  let log: @Sendable (String) -> Void

  /// - Parameter environment: with Slurm's variables.
  /// - Throws: ``InputError`` outside of an array; ``RunFailure``.
  package init(
    study: StudyDirectory, submission number: Int, offset: Int,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    log: @escaping @Sendable (String) -> Void
  ) throws {
    guard let job = SlurmJob(environment: environment), let task = job.task else {
      throw InputError(
        found: "no SLURM_ARRAY_TASK_ID", wanted: "a task of a job array")
    }
    self.study = study
    submission = try SubmissionFolder(study: study.path).submission(number)
    self.job = job
    self.log = log
    index = offset + task
    // Slurm's own commands go by the environment of the job.
    slurm = Slurm(cluster: submission.site.batch.map(SlurmCluster.templates) ?? .ofShell, log: log)
    _ = try study.run(index)
  }

  /// Runs the run until it is done or the time limit is near.
  package func run(stop: StopRequest) async throws -> End {
    if let reason = reasonToSkip() { return .skipped(reason) }
    let before = study.attempts(at: index).newest
    let launcher = MPILauncher { [submission] in RankCommand.atSite(submission.site, ranks: $0.ranks) }
    let outcome: LaunchOutcome
    do {
      outcome = try await launcher.launch(
        study: study, index: index, place: LaunchPlace(ranks: submission.ranks), stop: stop, onLine: log)
    } catch {
      // Another node may have the mpirun that this one lacks.
      outcome = .failed(exitCode: 1, message: "\(error)")
    }
    // Slurm has restarted the same task: its earlier attempt is given up, even if it still runs. Any other goes on.
    if case .held(let text) = outcome { return .skipped("is left alone: \(text)") }
    if let replacement = await replacement(since: before) { return .skipped(replacement) }
    switch outcome {
    case .done: return .done
    case .stopped:
      // scancel sends TERM; at a time limit USR1 comes before.
      return stop.excludesRestart ? .stopped(Self.terminated) : await resumeLater()
    case .failed where stop.excludesRestart: return .stopped(Self.terminated)
    case .failed(let code, let message): return await retry(after: code, message)
    case .held(let text): return .skipped(text)
    }
  }

  static let terminated = "terminated by a signal; submit again to resume"

  // MARK: before

  private func reasonToSkip() -> String? {
    if study.state(of: index).state == .done { return "is done" }
    if study.cancelMarker(index).exists { return "was cancelled" }
    return nil
  }

  // MARK: after

  /// Why this attempt has been replaced, where Slurm thought it dead and has restarted the task: a requeue would then end
  /// the new attempt. Slurm may not answer; it then does not take the requeue either.
  private func replacement(since before: Int) async -> String? {
    let history = study.attempts(at: index)
    if history.newest > before, let newest = history.record(history.newest), newest.job != job {
      return "was resumed as attempt \(newest.attempt)"
    }
    guard let restarts = await slurm.restarts(of: job), restarts > job.restart else { return nil }
    return "was restarted by Slurm"
  }

  /// After a time limit's signal.
  private func resumeLater() async -> End {
    if study.cancelMarker(index).exists { return .skipped("was cancelled") }
    let policy = retryPolicy()
    guard policy.allows(retries: submission.site.retries), startsWithoutRecord <= submission.site.retries
    else {
      let message = "stopped \(failures(policy)) times without progress; the time limit is too short"
      study.recordEnd(
        .failed, of: study.attempts(at: index).newest, at: index, message: message, reason: nil, exitCode: 1)
      return .failed(exitCode: 1, message: message)
    }
    return await again.requeue(delay_s: 0, avoiding: []) ?? .stopped("resumes when Slurm restarts it")
  }

  private func retry(after code: Int32, _ message: String) async -> End {
    let policy = retryPolicy()
    let retries = submission.site.retries
    let failure = End.failed(exitCode: code, message: message)
    if study.cancelMarker(index).exists { return .skipped("was cancelled") }
    guard policy.allows(retries: retries), code != 2, startsWithoutRecord <= retries else {
      log("failed \(failures(policy)) times in a row without progress; not restarted")
      return failure
    }
    log("failed (exit \(code)): \(message)")
    let count = max(0, policy.attemptsWithoutProgress.count - 1)
    let delay_s = submission.site.retryDelay_s * Double(1 << min(count, 10))
    return await again.requeue(delay_s: delay_s, avoiding: await nodesToAvoid(policy)) ?? failure
  }

  private func failures(_ policy: RetryPolicy) -> Int {
    max(policy.attemptsWithoutProgress.count, startsWithoutRecord)
  }

  /// Starts in a row, this one included, whose ranks ended before they could create a record: MPI hangs, or the disk is
  /// full to the last byte.
  private var startsWithoutRecord: Int {
    let own = study.attempts(at: index).records().compactMap(\.job).last { job.isSame(as: $0) }
    return job.restart - (own?.restart ?? -1)
  }

  private func retryPolicy() -> RetryPolicy {
    let own = study.attempts(at: index).records().filter { $0.job?.job == job.job }
    return RetryPolicy(own, progress: study.progress(of: index))
  }

  /// Nodes on which it has failed, unless these are most of the partition.
  private func nodesToAvoid(_ policy: RetryPolicy) async -> [String] {
    var failed = Set(policy.failedNodes)
    if startsWithoutRecord > 0, let node = ProcessInfo.processInfo.environment["SLURMD_NODENAME"] {
      failed.insert(node)
    }
    return await again.allowedToAvoid(failed)
  }

  private var again: TaskRequeue {
    TaskRequeue(job: job, site: submission.site, slurm: slurm, log: log)
  }
}
