import Foundation
import SlurmCommands
import StudyStore
import Support

/// Stops runs, wherever they run, and keeps them from being restarted; `run` or `submit` resumes them.
package struct Cancellation: Sendable {
  package struct Result: Sendable {
    /// Runs that were told to stop, or removed from the queue.
    package var cancelled: [Int] = []
    /// Runs that neither run nor wait, and their state.
    package var untouched: [Int: RunState.Phase] = [:]
    /// Runs that waited for their turn in a command on some machine, and are not started.
    package var withheld: [Int] = []
    /// Runs that have not stopped yet.
    package var stillRunning: [Int] = []
    /// Commands that go through the study's runs, all of which were cancelled.
    package var workers: [StudyWorker] = []
    /// Those that have not ended yet.
    package var stillAtWork: [StudyWorker] = []
    /// Why Slurm did not do its part.
    package var problem: String?
  }

  let study: StudyDirectory
  let slurm: Slurm

  package init(_ study: StudyDirectory, log: @escaping @Sendable (String) -> Void = { _ in }) {
    self.study = study
    slurm = Slurm(log: log)
  }

  /// Everything is told by files of the study, so that it works from any machine: commands that go through runs find
  /// those that have not begun cancelled as well.
  /// - Parameters:
  ///   - indices: nil for all.
  ///   - timeout_s: how long to wait until running ones have stopped.
  ///   - told: called once all are told, before the wait.
  /// - Throws: ``RunFailure``.
  package func cancel(
    _ indices: [Int]?, timeout_s: Double, told: (Result) -> Void = { _ in }
  ) async throws -> Result {
    let queue = try await QueueSnapshot(study, slurm: slurm)
    let local = LocalQueue(study)
    var result = Result(problem: queue.problem)
    var pending: [SlurmCluster: [SlurmJob]] = [:]
    for index in indices ?? Array(study.runs.indices) {
      let state = queue.corrected(study.state(of: index), run: index)
      let queued = queue[index]
      let isActive = queued?.isActive ?? false
      let mayBeActive = isActive || queued?.isUncertain ?? false
      let isToBeTaken = local.worker(of: index) != nil || queue.left.contains(index)
      let waits = [.planned, .stopped].contains(state.state) && isToBeTaken
      guard waits || [.running, .queued, .unknown].contains(state.state) || mayBeActive else {
        result.untouched[index] = state.state
        continue
      }
      // The marker first: an array task that starts at this moment finds it.
      try study.makeFolder(study.runPath(index))
      try study.cancelMarker(index).create()
      if waits, !mayBeActive { result.withheld.append(index) } else { result.cancelled.append(index) }
      if isActive, queued?.entry?.isPending ?? false, let queued, queued.packs == nil, let job = queued.job {
        pending[queued.cluster, default: []].append(queued.entry?.job ?? job)
      }
      if state.state == .running { result.stillRunning.append(index) }
    }
    pending.merge(emptyPacks(queue)) { $0 + $1 }
    result.workers = workers(local)
    told(result)
    do { try await cancel(pending) } catch { result.problem = "\(error)" }
    try await wait(&result, timeout_s: timeout_s)
    do { try await cancelRequeued(result.cancelled) } catch let error as Slurm.NoAnswer {
      result.problem = "\(error)"
    }
    return result
  }

  /// The commands that have nothing left to start.
  private func workers(_ local: LocalQueue) -> [StudyWorker] {
    local.workers.filter { worker in
      study.runs.indices.allSatisfy { index in
        !worker.has(index) || study.cancelMarker(index).exists
          || [.done, .failed].contains(study.state(of: index).state)
      }
    }
  }

  /// Waits until runs have stopped, and the commands that went through them have ended.
  private func wait(_ result: inout Result, timeout_s: Double) async throws {
    let begun = Stopwatch()
    result.stillAtWork = result.workers
    var silence = SilenceClock(interval_s: 0.2)
    while !result.stillRunning.isEmpty || !result.stillAtWork.isEmpty, begun.elapsed_s < timeout_s {
      try await Task.sleep(for: .milliseconds(200))
      result.stillRunning.removeAll { study.state(of: $0).state != .running }
      guard !result.stillAtWork.isEmpty else { continue }
      let now = StudyHold.workers(.runs, of: study.path)
      let known = result.stillAtWork
      result.stillAtWork = now.filter { worker in known.contains { $0.name == worker.name } }
      // The file of one that can't be seen tells by its beats whether it lives.
      silence.look(hasChanged: result.stillAtWork != known)
      if silence.silence_s > Self.silent_s { result.stillAtWork.removeAll { !$0.isSeen } }
    }
  }

  /// A command writes a beat every four seconds, s.
  private static let silent_s = 20.0

  /// Cancels array tasks that have been requeued in the meantime; running ones end by themselves.
  /// - Throws: ``Slurm/NoAnswer``, ``RunFailure``.
  private func cancelRequeued(_ indices: [Int]) async throws {
    let queue = try await QueueSnapshot(study, slurm: slurm)
    var pending: [SlurmCluster: [SlurmJob]] = [:]
    for index in indices {
      guard let queued = queue[index], queued.entry?.isPending ?? false, queued.packs == nil,
        let job = queued.job
      else { continue }
      pending[queued.cluster, default: []].append(queued.entry?.job ?? job)
    }
    pending.merge(emptyPacks(queue)) { $0 + $1 }
    try await cancel(pending)
  }

  /// Array tasks that wait for nothing but runs that were cancelled or have ended.
  private func emptyPacks(_ queue: QueueSnapshot) -> [SlurmCluster: [SlurmJob]] {
    var jobs: [SlurmCluster: [SlurmJob]] = [:]
    for packs in queue.packs where !packs.pending.isEmpty {
      let isEmpty = packs.runs.allSatisfy { run in
        !study.runs.indices.contains(run) || study.cancelMarker(run).exists
          || [.done, .failed].contains(study.state(of: run).state)
      }
      if isEmpty { jobs[packs.cluster, default: []] += packs.pending }
    }
    return jobs
  }

  private func cancel(_ jobs: [SlurmCluster: [SlurmJob]]) async throws {
    for (cluster, jobs) in jobs { try await slurm.at(cluster).cancel(jobs) }
  }
}
