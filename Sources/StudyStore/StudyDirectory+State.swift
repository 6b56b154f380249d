import Foundation
import Support

extension StudyDirectory {
  /// The state of a run as far as it can be known from its files and from this host.
  package func state(of index: Int) -> RunState {
    let steps = runs[index].manifest.steps
    var state = RunState.read(from: statePath(index), steps: steps)
    if state.state == .done {
      // `extend` has made it longer since.
      guard plan.lengthened.contains(index), state.steps < steps else { return state }
      state.state = .stopped
      state.message = "was done after \(state.steps) steps and has been extended"
      state.steps = steps
      return state
    }
    return corrected(state, at: index).observed()
  }

  /// The states of all runs, read on all cores.
  package func states() -> [RunState] {
    var states = [RunState](repeating: RunState(.planned), count: runs.count)
    // A piece is large enough to outweigh its thread, and small enough to share the work well.
    let piece = 128
    states.withUnsafeMutableBufferPointer { buffer in
      onThreads((buffer.count + piece - 1) / piece) { number in
        for index in number * piece..<min(buffer.count, (number + 1) * piece) {
          buffer[index] = state(of: index)
        }
      }
    }
    return states
  }

  /// An attempt that was thought dead may have overwritten its successor's state, and on a full disk `state.json` may
  /// lack the end: the newest attempt's own record is trusted instead.
  private func corrected(_ state: RunState, at index: Int) -> RunState {
    let history = attempts(at: index)
    let newest = history.newest
    guard newest > state.attempt || state.state == .running, newest > 0 else { return state }
    guard let record = history.record(newest), newest > state.attempt || record.ended != nil else {
      var noted = state
      noted.message = state.message ?? history.problem(with: newest)
      return noted
    }
    var better = state
    better.attempt = newest
    better.state = record.ended ?? .running
    better.host = record.host
    better.pid = record.pid
    better.process = record.process
    better.ranks = record.ranks
    better.job = record.job?.name
    better.message = record.message
    better.reason = record.reason
    better.heartbeat_s = record.ended_s ?? record.started_s
    // What the state says of beats and steps is another attempt's.
    better.uptime_s = nil
    better.beats = nil
    better.longestStep_s = nil
    better.stallLimit_s = nil
    if record.ended == .done {
      better.step = state.steps
      better.time_ps = runs[index].manifest.time_ps
    }
    return better
  }

  /// Records the end of an attempt that could not do so itself; the state of a later attempt, and an end that the
  /// attempt has recorded, are not changed.
  ///
  /// The caller has an error to report, which a failure to record it must not replace: so this one throws none.
  package func recordEnd(
    _ phase: RunState.Phase, of attempt: Int, at index: Int, message: String, reason: EndReason?,
    exitCode: Int32
  ) {
    let history = attempts(at: index)
    if var record = history.record(attempt), record.ended == nil {
      record.ended = phase
      record.ended_s = Date().timeIntervalSince1970
      record.message = message
      record.reason = reason
      record.exitCode = exitCode
      try? history.write(record)
    }
    var state = RunState.read(from: statePath(index), steps: runs[index].manifest.steps)
    guard state.attempt <= attempt, history.newest <= attempt, state.state != .done,
      state.state != .failed || state.attempt < attempt
    else { return }
    state.attempt = attempt
    state.state = phase
    state.message = message
    state.reason = reason
    try? state.write(to: statePath(index))
  }
}
