import Foundation
import Support

/// Who is at work on a run, as far as it can be seen: the process of its newest attempt.
package enum AttemptHolder: Equatable, Sendable {
  case nobody
  /// It lives.
  case held(AttemptRecord)
  /// Its process can't be seen from here: only whether its files change can tell.
  case possible(AttemptRecord)

  /// Of a record.
  /// - Parameters:
  ///   - state: as observed, of the same attempt or an earlier one.
  ///   - job: of the process that asks: an attempt of the same job before its restart has been given up by the scheduler.
  init(_ record: AttemptRecord, state: RunState, job: SlurmJob?) {
    let isGivenUp = job.map { $0.isSame(as: record.job) && $0.restart != record.job?.restart } ?? false
    let hasEnded = state.attempt == record.attempt && [.stopped, .failed, .done].contains(state.state)
    guard record.ended == nil, !isGivenUp, !hasEnded else {
      self = .nobody
      return
    }
    switch record.identity.presence() {
    case .gone: self = .nobody
    // Alive, and without a step for so long that nobody waits for it: the state says so.
    case .alive: self = state.attempt == record.attempt && state.state == .unknown ? .nobody : .held(record)
    case .unseen: self = .possible(record)
    }
  }
}

extension AttemptRecord {
  /// `attempt 3 is at work on node1 as process 4711 in job 12_3`.
  package var holderText: String {
    "attempt \(attempt) is at work on \(host) as process \(pid)" + (job.map { " in job \($0.name)" } ?? "")
  }
}

extension StudyDirectory {
  /// Who is at work on a run.
  /// - Parameter job: of the process that asks.
  package func holder(of index: Int, job: SlurmJob?) -> AttemptHolder {
    let history = attempts(at: index)
    guard let record = history.record(history.newest) else { return .nobody }
    return AttemptHolder(record, state: state(of: index), job: job)
  }
}

/// Watches the files of a run whose process can't be seen, for a time that a living run does not stay silent for.
package struct HolderWatch {
  package enum Verdict: Equatable {
    /// Look again in a second.
    case open
    case done
    /// By an attempt that lives.
    case held(AttemptRecord)
    /// By nobody: attempts up to this number are dead.
    case free(upTo: Int)
  }

  private let study: StudyDirectory
  private let index: Int
  private let job: SlurmJob?
  private let first: RunPulse
  private let limit_s: Double
  private var silence: SilenceClock

  /// The ranks write a heartbeat every second, unless a step takes longer, s.
  package static let usual_s = 30.0

  /// The other ranks of a job wait as long, and must not take it for a standstill, s.
  private static let most_s = 240.0

  package init(_ study: StudyDirectory, run index: Int, job: SlurmJob?, wait_s: Double = usual_s) {
    self.study = study
    self.index = index
    self.job = job
    let state = study.state(of: index)
    first = state.pulse
    limit_s = max(wait_s, 3 * min(state.longestStep_s ?? 0, Self.most_s / 3))
    silence = SilenceClock(interval_s: 1)
  }

  package mutating func look() -> Verdict {
    let state = study.state(of: index)
    if state.state == .done { return .done }
    switch study.holder(of: index, job: job) {
    case .nobody: return .free(upTo: study.attempts(at: index).newest)
    case .held(let record): return .held(record)
    case .possible(let record):
      if state.pulse != first { return .held(record) }
      silence.look(hasChanged: false)
      return silence.silence_s < limit_s ? .open : .free(upTo: record.attempt)
    }
  }
}
