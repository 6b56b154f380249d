import StudyStore

/// Whether a command starts a run again that stood still: its ranks were ended, and its checkpoint is whole.
///
/// An attempt that has advanced the checkpoint is followed by another one, and so is a first without progress; a second in
/// a row is not, and neither is any other failure.
struct StandstillRestarts {
  /// Standstills of one run that one command gets over.
  static let most = 10
  /// Attempts in a row without progress after which another one is made.
  static let withoutProgress = 1

  private let study: StudyDirectory
  private let run: Int
  /// The newest attempt before this command: earlier ones do not count.
  private let before: Int

  init(_ study: StudyDirectory, run: Int) {
    self.study = study
    self.run = run
    before = study.attempts(at: run).newest
  }

  /// Looks at the attempts of this command so far.
  func allowOne() -> Bool {
    let own = study.attempts(at: run).records().filter { $0.attempt > before }
    guard let newest = own.last, newest.ended == .failed, newest.reason == .stalled,
      newest.attempt == study.attempts(at: run).newest, !study.cancelMarker(run).exists
    else { return false }
    return own.count <= Self.most
      && RetryPolicy(own, progress: study.progress(of: run)).allows(retries: Self.withoutProgress)
  }
}
