import Foundation
import StudyStore
import Support

/// Stops runs, wherever they run, and keeps them from being restarted; `run` or `submit` resumes them.
package struct Cancellation: Sendable {
  package struct Result: Sendable {
    /// Runs that were told to stop, or removed from the queue.
    package var cancelled: [Int] = []
    /// Runs that neither run nor wait, and their state.
    package var untouched: [Int: RunState.Phase] = [:]
    /// Runs that have not stopped yet.
    package var stillRunning: [Int] = []
    /// Why Slurm did not do its part.
    package var problem: String?
  }

  let study: StudyDirectory
  let slurm: Slurm

  package init(_ study: StudyDirectory, log: @escaping @Sendable (String) -> Void = { _ in }) {
    self.study = study
    slurm = Slurm(log: log)
  }

  /// - Parameters:
  ///   - indices: nil for all.
  ///   - timeout_s: how long to wait until running ones have stopped.
  /// - Throws: ``RunFailure``.
  package func cancel(_ indices: [Int]?, timeout_s: Double) async throws -> Result {
    let queue = try await QueueSnapshot(study, slurm: slurm)
    var result = Result(problem: queue.problem)
    var pending: [SlurmJob] = []
    for index in indices ?? Array(study.runs.indices) {
      let state = queue.corrected(study.state(of: index), run: index)
      let queued = queue[index]
      let isActive = queued?.isActive ?? false
      let mayBeActive = isActive || queued?.isUncertain ?? false
      guard state.state == .running || state.state == .queued || state.state == .unknown || mayBeActive else {
        result.untouched[index] = state.state
        continue
      }
      // The marker first: an array task that starts at this moment finds it.
      try study.makeFolder(study.runPath(index))
      try study.cancelMarker(index).create()
      result.cancelled.append(index)
      if isActive, queued?.entry?.isPending ?? false, let job = queued?.job { pending.append(job) }
      if state.state == .running { result.stillRunning.append(index) }
    }
    do { try await slurm.cancel(pending) } catch { result.problem = "\(error)" }
    let begun = Stopwatch()
    while !result.stillRunning.isEmpty, begun.elapsed_s < timeout_s {
      try await Task.sleep(for: .milliseconds(200))
      result.stillRunning.removeAll { study.state(of: $0).state != .running }
    }
    do { try await cancelRequeued(result.cancelled) } catch let error as Slurm.NoAnswer {
      result.problem = "\(error)"
    }
    return result
  }

  /// Cancels array tasks that have been requeued in the meantime; running ones end by themselves.
  /// - Throws: ``Slurm/NoAnswer``, ``RunFailure``.
  private func cancelRequeued(_ indices: [Int]) async throws {
    let queue = try await QueueSnapshot(study, slurm: slurm)
    let pending = indices.compactMap { index -> SlurmJob? in
      guard let queued = queue[index], queued.entry?.isPending ?? false else { return nil }
      return queued.job
    }
    if !pending.isEmpty { try await slurm.cancel(pending) }
  }
}
