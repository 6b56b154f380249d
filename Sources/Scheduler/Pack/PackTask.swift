import Foundation
import Manifest
import Runner
import SlurmCommands
import StudyStore
import Support

/// A task of a Slurm job array that takes many runs: as many side by side as fill its cores, and further ones as long as there
/// are some; at its time limit it requeues itself.
package struct PackTask: Sendable {
  let study: StudyDirectory
  let submission: Submission
  let shape: PackShape
  let job: SlurmJob
  let environment: [String: String]
  let slurm: Slurm
  let log: @Sendable (String) -> Void

  /// - Parameter environment: with Slurm's variables.
  /// - Returns: nil where the submission's array tasks take one run each.
  /// - Throws: ``InputError`` outside of an array; ``RunFailure``.
  package init?(
    study: StudyDirectory, submission number: Int,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    log: @escaping @Sendable (String) -> Void
  ) throws {
    let submission = try SubmissionFolder(study: study.path).submission(number)
    guard let shape = submission.pack else { return nil }
    guard let job = SlurmJob(environment: environment), job.task != nil else {
      throw InputError(found: "no SLURM_ARRAY_TASK_ID", wanted: "a task of a Slurm job array")
    }
    self.study = study
    self.submission = submission
    self.shape = shape
    self.job = job
    self.environment = environment
    self.log = log
    slurm = Slurm(log: log)
  }

  private var node: String? { environment["SLURMD_NODENAME"] }

  /// Runs what there is to run until nothing is left or the time limit is near.
  package func run(stop: StopRequest) async throws -> ArrayTask.End {
    let place = await PackPlace(shape, site: submission.site, ranks: submission.ranks, environment, slurm)
    log(
      "\(place.cores) cores\(node.map { " of \($0)" } ?? ""): \(place.usable / submission.ranks) runs side by side"
    )
    let launcher = MPILauncher { [submission] in RankCommand.inPack(submission.site, $0, of: place) }
    let runner = StudyRunner(
      study: study, launcher: launcher, schedule: schedule, pool: place.pool, stop: stop,
      observer: { [log] in if let line = $0.packLine { log(line) } })
    var queue = PackQueue(
      runner, claims: PackClaims(study: study, submission: submission, job: job, node: node),
      record: PackRecord(submission: submission.number, job: job, node: node, cores: place.cores))
    await runner.start(from: &queue)
    queue.close()
    return await end(&queue, stop)
  }

  /// A program behind a socket may need all cores.
  private var schedule: RunSchedule {
    let runs = submission.parts.flatMap(\.runs).filter(study.runs.indices.contains)
    return RunSchedule(
      order: [], ranks: Dictionary(runs.map { ($0, submission.ranks) }) { first, _ in first },
      alone: Set(runs.filter { study.runs[$0].manifest.simulated?.potential.isDriven ?? false }))
  }

  // MARK: the end

  private func end(_ queue: inout PackQueue, _ stop: StopRequest) async -> ArrayTask.End {
    let outcome = queue.outcome
    if stop.excludesRestart { return .stopped(ArrayTask.terminated) }
    if let restarts = await slurm.restarts(of: job), restarts > job.restart {
      return .skipped("was restarted by Slurm")
    }
    let requeue = TaskRequeue(job: job, site: submission.site, slurm: slurm, log: log)
    if stop.count > 0 || outcome.isNodeSuspect || outcome.problem != nil, queue.hasWork() {
      if let problem = outcome.problem { log(problem) }
      guard outcome.problem == nil || job.restart < submission.site.retries else {
        return .failed(exitCode: 1, message: outcome.problem ?? "")
      }
      let avoided =
        outcome.isNodeSuspect ? await requeue.allowedToAvoid(Set([node].compactMap(\.self))) : []
      let delay_s = stop.count > 0 ? 0 : submission.site.retryDelay_s
      return await requeue.requeue(delay_s: delay_s, avoiding: avoided)
        ?? .stopped("the next `paddlewheel submit` goes on")
    }
    guard outcome.failed.isEmpty else {
      let lines = outcome.failed.sorted { $0.key < $1.key }.map {
        "\(study.runs[$0.key].directoryName) failed: \($0.value)"
      }
      return .failed(exitCode: 3, message: lines.joined(separator: "\n"))
    }
    return outcome.done.isEmpty ? .skipped("none is left to be started here") : .done
  }
}

extension RunEvent {
  /// For the output of a pack.
  fileprivate var packLine: String? {
    func name(_ run: RunSpecification) -> String { "\(run.index) \(run.directoryName)" }
    return switch self {
    case .started(let run, let resumed, _): "\(name(run)): \(resumed ? "resumed" : "started")"
    case .line(let run, let line): line.isEmpty ? nil : "\(name(run)): \(line)"
    case .ended(let run, let outcome): "\(name(run)): \(outcome.packText)"
    case .startsAgain(let run, let message): "\(name(run)): \(message); starts again"
    case .progress, .skipped, .waits, .stopping: nil
    }
  }
}

extension LaunchOutcome {
  fileprivate var packText: String {
    switch self {
    case .done: "done"
    case .stopped: "stopped"
    case .failed(let code, let message): "failed (exit \(code)): \(message)"
    case .held(let text): "is left alone: \(text)"
    }
  }
}
