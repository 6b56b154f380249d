import StudyStore

/// The runs of a study that wait for a command on some machine, which goes through them.
struct LocalQueue {
  /// Those that live, as far as can be seen.
  let workers: [StudyWorker]
  private let study: StudyDirectory

  init(_ study: StudyDirectory) {
    self.study = study
    workers = StudyHold.workers(.runs, of: study.path)
  }

  /// The command that will start a run.
  func worker(of run: Int) -> StudyWorker? {
    workers.isEmpty || study.cancelMarker(run).exists ? nil : workers.first { $0.has(run) }
  }

  /// The state of a run that waits for its turn. One that has failed is not started again by the command that goes.
  func corrected(_ state: RunState, run: Int) -> RunState {
    guard state.state == .planned || state.state == .stopped, let worker = worker(of: run), worker.isSeen
    else {
      return state
    }
    var state = state
    state.state = .queued
    state.message =
      "waits for its turn in paddlewheel \(worker.command), process \(worker.pid) of \(worker.host)"
    return state
  }
}
