import Manifest
import Runner
import StudyStore
import Support

/// The runs of a study that wait and that go, and how the others ended.
struct RunQueue: LaunchQueue {
  private let runner: StudyRunner
  private var waiting: ArraySlice<Int>
  /// With the cores of each.
  private var going: [Int: CoreLease?] = [:]
  private var summary = RunSummary()
  /// Why nothing can be started.
  private var problem: (any Error)?
  private var requests = 0
  private var hasSaidWaiting = false

  private var study: StudyDirectory { runner.study }

  /// - Throws: ``InputError`` for a run that the study does not have.
  init(_ runner: StudyRunner) throws {
    self.runner = runner
    waiting = runner.schedule.order[...]
    for index in waiting { _ = try runner.study.run(index) }
  }

  /// Whether nothing goes and nothing waits.
  var isEmpty: Bool { going.isEmpty && waiting.isEmpty }

  /// The next run to start now, and where.
  /// - Returns: nil where none starts now.
  mutating func next() -> (run: RunSpecification, place: LaunchPlace)? {
    while let index = waiting.first {
      if isToBeLeft(index) {
        waiting.removeFirst()
        continue
      }
      guard runner.schedule.allows(index, beside: going.keys) else { return nil }
      let ranks = runner.schedule.ranks(of: index)
      let isAlone = runner.schedule.alone.contains(index)
      let lease = isAlone ? nil : runner.pool.take(ranks)
      // The number that the user has said goes in any case, and so does one run: others may have the cores for days.
      guard lease != nil || runner.schedule.jobs != .automatic || going.isEmpty else {
        sayWaiting(index)
        return nil
      }
      waiting.removeFirst()
      going[index] = .some(lease)
      let place = LaunchPlace(ranks: ranks, cores: lease?.cores)
      let run = study.runs[index]
      runner.observer(.started(run, resumed: study.state(of: index).attempt > 0, place))
      return (run, place)
    }
    return nil
  }

  /// Leaves a run that is done, need not or must not be started.
  private mutating func isToBeLeft(_ index: Int) -> Bool {
    let state = study.state(of: index)
    if state.state == .done {
      summary.done.append(index)
    } else if runner.stop.count > 0 || problem != nil {
      summary.unfinished[index] = "not started"
    } else if state.state == .running {
      let reason = "running on \(state.host ?? "another host") as process \(state.pid ?? 0)"
      summary.unfinished[index] = reason
      summary.held.insert(index)
      runner.observer(.skipped(study.runs[index], reason: reason))
    } else if study.cancelMarker(index).exists {
      summary.unfinished[index] = "cancelled"
      summary.cancelled.insert(index)
      runner.observer(.skipped(study.runs[index], reason: "cancelled"))
    } else {
      return false
    }
    return true
  }

  /// Says it where the cores are those of other processes.
  private mutating func sayWaiting(_ index: Int) {
    let own = going.keys.reduce(0) { $0 + runner.schedule.ranks(of: $1) }
    guard !hasSaidWaiting, own + runner.schedule.ranks(of: index) <= runner.pool.count else { return }
    hasSaidWaiting = true
    runner.observer(.waits(study.runs[index]))
  }

  mutating func end(_ index: Int, _ result: Result<LaunchOutcome, any Error>) {
    going.removeValue(forKey: index)??.end()
    switch result {
    case .failure(let error): problem = problem ?? error
    case .success(let outcome):
      runner.observer(.ended(study.runs[index], outcome))
      record(outcome, of: index)
    }
  }

  private mutating func record(_ outcome: LaunchOutcome, of index: Int) {
    switch outcome {
    case .done: summary.done.append(index)
    case .failed: summary.failed[index] = outcome
    case .held(let text):
      summary.unfinished[index] = text
      summary.held.insert(index)
    case .stopped:
      summary.unfinished[index] =
        study.hasCheckpoint(index) ? "stopped with a checkpoint" : "stopped before a checkpoint"
      guard study.cancelMarker(index).exists else { return }
      summary.unfinished[index] = "cancelled"
      summary.cancelled.insert(index)
    }
  }

  /// Tells of further requests of the user.
  mutating func look() {
    guard runner.stop.count > requests else { return }
    requests = runner.stop.count
    if !going.isEmpty { runner.observer(.stopping(requests: requests, going: going.count)) }
  }

  /// - Throws: why nothing could be started.
  func result() throws -> RunSummary {
    if let problem { throw problem }
    var summary = summary
    summary.stopRequested = runner.stop.count > 0 && !summary.unfinished.isEmpty
    return summary
  }
}
