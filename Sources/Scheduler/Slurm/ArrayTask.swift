import Foundation
import Runner
import StudyStore
import Support

/// What one element of the array does: runs its run, and sees to it that the run is finished, by this start or a
/// later one.
package struct ArrayElement: Sendable {
  /// How an element ended, for its log and its exit code.
  package enum End: Equatable, Sendable {
    case done
    /// Nothing is for this element to do.
    case leftAlone(String)
    /// With a checkpoint; Slurm starts it again, or the next `submit` does.
    case stopped(String)
    case failed(exitCode: Int32, message: String)
  }

  let study: StudyDirectory
  let submission: Submission
  let index: Int
  let job: SlurmJob
  let slurm: Slurm
  let say: @Sendable (String) -> Void

  /// - Parameter environment: Slurm's.
  /// - Throws: ``InputError`` outside of an array; ``RunFailure``.
  package init(
    study: StudyDirectory, submission number: Int, offset: Int,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    say: @escaping @Sendable (String) -> Void
  ) throws {
    guard let job = SlurmJob(environment: environment), let task = job.task else {
      throw InputError(
        found: "no SLURM_ARRAY_TASK_ID", wanted: "to be started as an element of a Slurm array")
    }
    guard let submission = try SubmissionFolder(study: study.path).all().first(where: { $0.number == number })
    else { throw InputError(found: "the submission \(number)", wanted: "one that submit has made") }
    self.study = study
    self.submission = submission
    self.job = job
    self.say = say
    index = offset + task
    slurm = Slurm(remark: say)
    _ = try study.run(index)
  }

  /// Runs the run to its end or as far as Slurm lets it.
  package func run(stop: StopRequest) async throws -> End {
    if let reason = await reasonToLeaveAlone(stop) { return .leftAlone(reason) }
    let before = study.attempts(at: index).newest
    let launcher = MPILauncher { [submission] in RankCommand.atSite(submission.site, ranks: $0) }
    let outcome: LaunchOutcome
    do {
      outcome = try await launcher.launch(
        study: study, index: index, ranks: submission.ranks, stop: stop, onLine: say)
    } catch {
      // A node without mpirun is no reason to give the run up.
      outcome = .failed(exitCode: 1, message: "\(error)")
    }
    if let newer = await newerStart(than: before) { return .leftAlone(newer) }
    switch outcome {
    case .done: return .done
    case .stopped:
      // scancel sends TERM; at a time limit USR1 has come before.
      return stop.isForGood ? .stopped("was told to end; submit again to go on") : await goOnLater()
    case .failed where stop.isForGood: return .stopped("was told to end; submit again to go on")
    case .failed(let code, let message): return await tryAgain(after: code, message)
    }
  }

  // MARK: before

  private func reasonToLeaveAlone(_ stop: StopRequest) async -> String? {
    let state = study.state(of: index)
    if state.state == .done { return "is done" }
    if study.cancelWish(index).isThere { return "was cancelled" }
    // The same element, started again by Slurm: whatever still runs of it has been given up.
    guard state.state == .running, let other = study.attempts(at: index).record(state.attempt),
      !job.isSame(as: other.job)
    else { return nil }
    say("is said to run on \(other.host)\(other.job.map { " in job \($0.name)" } ?? ""); watching it")
    let begun = Date()
    while -begun.timeIntervalSinceNow < Self.watch_s, stop.count == 0 {
      try? await Task.sleep(for: .seconds(1))
      let now = study.state(of: index)
      if now.state == .done { return "is done" }
      if now.heartbeat_s != state.heartbeat_s || now.attempt != state.attempt {
        return "runs on \(now.host ?? other.host)\(now.job.map { " in job \($0)" } ?? "")"
      }
    }
    say("has not moved for \(Int(Self.watch_s)) s; goes on from its checkpoint")
    return nil
  }

  /// The ranks write a word every second unless a step or a list takes longer.
  private static let watch_s = 30.0

  // MARK: after

  /// Where Slurm has thought this start dead and has made another: that one decides what happens next, and to
  /// requeue the element would end it.
  private func newerStart(than before: Int) async -> String? {
    let history = study.attempts(at: index)
    if history.newest > before, let newest = history.record(history.newest), newest.job != job {
      return "goes on elsewhere, as attempt \(newest.attempt)"
    }
    guard let restarts = await slurm.restarts(of: job), restarts > job.restart else { return nil }
    return "was started again by Slurm"
  }

  /// After a time limit's signal.
  private func goOnLater() async -> End {
    if study.cancelWish(index).isThere { return .leftAlone("was cancelled") }
    let budget = budget()
    guard budget.allows(retries: submission.site.retries), recordless <= submission.site.retries else {
      let message =
        "stopped \(max(budget.fruitless.count, recordless)) times without getting further; the time limit is too short"
      study.recordEnd(
        .failed, of: study.attempts(at: index).newest, at: index, message: message, exitCode: 1)
      return .failed(exitCode: 1, message: message)
    }
    return await requeue(delay_s: 0, avoiding: []) ?? .stopped("goes on when Slurm starts it again")
  }

  private func tryAgain(after code: Int32, _ message: String) async -> End {
    let budget = budget()
    let retries = submission.site.retries
    let failure = End.failed(exitCode: code, message: message)
    if study.cancelWish(index).isThere { return .leftAlone("was cancelled") }
    guard budget.allows(retries: retries), code != 2, recordless <= retries else {
      say(
        "failed \(max(budget.fruitless.count, recordless)) times in a row without getting further; not started again"
      )
      return failure
    }
    say("failed (exit \(code)): \(message)")
    let count = max(0, budget.fruitless.count - 1)
    let delay_s = submission.site.retryDelay_s * Double(1 << min(count, 10))
    return await requeue(delay_s: delay_s, avoiding: await nodesToAvoid(budget)) ?? failure
  }

  /// Starts in a row, this one included, whose ranks did not get as far as leaving a record: MPI that hangs, or a disk
  /// that is full to the last byte.
  private var recordless: Int {
    let own = study.attempts(at: index).records().compactMap(\.job).last { job.isSame(as: $0) }
    return job.restart - (own?.restart ?? -1)
  }

  private func budget() -> RetryBudget {
    let own = study.attempts(at: index).records().filter { $0.job?.job == job.job }
    return RetryBudget(own, progress: study.progress(of: index))
  }

  /// Half of the partition must remain: where every node fails the cause is another.
  private func nodesToAvoid(_ budget: RetryBudget) async -> [String] {
    var failed = Set(budget.failedNodes)
    if recordless > 0, let node = ProcessInfo.processInfo.environment["SLURMD_NODENAME"] {
      failed.insert(node)
    }
    let nodes = failed.subtracting(submission.site.exclude)
    let count = await slurm.nodeCount(partition: submission.site.partition) ?? 0
    return (nodes.count + submission.site.exclude.count) * 2 <= count ? nodes.sorted() : []
  }

  /// Puts this element, and no other, back into the queue. Slurm ends this process soon after; until then the
  /// waiting element can be told where not to start, and when.
  /// - Returns: nil where Slurm did not take it.
  private func requeue(delay_s: Double, avoiding nodes: [String]) async -> End? {
    do {
      try await slurm.requeue(job)
    } catch {
      say("can't be requeued (\(error)); the next `paddlewheel submit` goes on with it")
      return nil
    }
    let avoid = nodes.isEmpty ? "" : ", not on \(nodes.joined(separator: ", "))"
    say("requeued\(delay_s > 0 ? " in \(Int(delay_s)) s" : "")\(avoid)")
    var settings: [String] = []
    if delay_s > 0 { settings.append("StartTime=now+\(Int(delay_s))") }
    if !nodes.isEmpty {
      settings.append("ExcNodeList=\((submission.site.exclude + nodes).joined(separator: ","))")
    }
    if !settings.isEmpty {
      do { try await slurm.update(job, settings) } catch { say("\(error)") }
    }
    try? await Task.sleep(for: .seconds(60))
    return .stopped("requeued")
  }
}

extension StudyDirectory {
  /// Where a run's newest good checkpoint stands.
  func progress(of index: Int) -> AttemptRecord.Progress { RunProcess.progress(in: runPath(index)) ?? .start }
}
