import Foundation
import StudyStore

/// Stops runs so that they stay stopped, wherever they run; they can be resumed.
package struct Cancellation: Sendable {
  package struct Result: Sendable {
    /// Runs that were told to stop, or taken from the queue.
    package var cancelled: [Int] = []
    /// Runs with nothing to stop, and their state.
    package var untouched: [Int: RunState.Phase] = [:]
    /// Runs that are still at work: they stop at their next step but may need some time.
    package var stillRunning: [Int] = []
    /// Why Slurm did not take part.
    package var problem: String?
  }

  let study: StudyDirectory
  let slurm: Slurm

  package init(_ study: StudyDirectory, remark: @escaping @Sendable (String) -> Void = { _ in }) {
    self.study = study
    slurm = Slurm(remark: remark)
  }

  /// - Parameters:
  ///   - indices: nil for all.
  ///   - patience_s: how long to wait for running ones to stop.
  /// - Throws: ``RunFailure``.
  package func cancel(_ indices: [Int]?, patience_s: Double) async throws -> Result {
    let view = try await QueueSnapshot(study, slurm: slurm)
    var result = Result(problem: view.problem)
    var waiting: [SlurmJob] = []
    for index in indices ?? Array(study.runs.indices) {
      let state = view.corrected(study.state(of: index), run: index)
      let standing = view[index]
      let isActive = standing?.isActive ?? false
      let mayBeActive = isActive || standing?.isUncertain ?? false
      guard state.state == .running || state.state == .queued || state.state == .unknown || mayBeActive else {
        result.untouched[index] = state.state
        continue
      }
      // First the wish: an element that starts in this moment finds it.
      try study.cancelWish(index).make()
      result.cancelled.append(index)
      if isActive, standing?.entry?.isWaiting ?? false, let job = standing?.job { waiting.append(job) }
      if state.state == .running { result.stillRunning.append(index) }
    }
    do { try await slurm.cancel(waiting) } catch { result.problem = "\(error)" }
    let begun = Date()
    while !result.stillRunning.isEmpty, -begun.timeIntervalSinceNow < patience_s {
      try await Task.sleep(for: .milliseconds(200))
      result.stillRunning.removeAll { study.state(of: $0).state != .running }
    }
    try await cancelTheRest(result.cancelled)
    return result
  }

  /// Elements that the wish has stopped end by themselves; what has been put into the queue in the meantime goes.
  private func cancelTheRest(_ indices: [Int]) async throws {
    let view = try await QueueSnapshot(study, slurm: slurm)
    let waiting = indices.compactMap { index -> SlurmJob? in
      guard let standing = view[index], standing.entry?.isWaiting ?? false else { return nil }
      return standing.job
    }
    if !waiting.isEmpty { try? await slurm.cancel(waiting) }
  }
}
