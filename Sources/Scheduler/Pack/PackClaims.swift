import Foundation
import StudyStore
import Support

/// Finds runs for a pack, and takes them: the longest first, none that another pack or attempt has.
struct PackClaims {
  /// What is to be done about a run.
  enum Verdict: Equatable {
    /// It is done, cancelled, given up, or of a later submission.
    case over
    /// To be taken, by the next number of a claim.
    case free(Int)
    /// Its time to be tried again has not come.
    case later
    /// By a pack that lives.
    case held
    /// By a pack on another machine: only whether its record changes can tell.
    case unclear
  }

  let study: StudyDirectory
  let submission: Submission
  let job: SlurmJob
  let node: String?
  /// Runs that may have to be started yet, the longest first.
  private var open: [Int]
  /// Where the look at them goes on.
  private var cursor = 0
  private var isLooking = true
  /// Whether the last look at all of them has found some that may become free.
  private(set) var hasProspects = true
  private var seen = (later: false, unclear: false)
  /// Whether a run has ended that the look at hand may have passed before.
  private var hasEnded = false
  private var sinceLook = Stopwatch()
  private var watches: [String: Watch] = [:]

  /// Of a pack on another machine.
  private struct Watch {
    var beats: Int
    var silence = SilenceClock(interval_s: PackClaims.interval_s)
    var hasMoved = false
  }

  /// Seconds between two looks at all runs, where the last has found none.
  private static let interval_s = 3.0
  /// A pack writes its record every few seconds, s.
  private static let silent_s = 40.0
  private static let usual_s = 15.0

  init(study: StudyDirectory, submission: Submission, job: SlurmJob, node: String?) {
    self.study = study
    self.submission = submission
    self.job = job
    self.node = node
    let steps = Dictionary(
      submission.parts.flatMap(\.runs).filter(study.runs.indices.contains).map {
        ($0, study.runs[$0].manifest.steps)
      }
    ) { first, _ in first }
    open = steps.keys.sorted { (steps[$1] ?? 0, $0) < (steps[$0] ?? 0, $1) }
  }

  private var records: PackRecords {
    PackRecords(folder: SubmissionFolder(study: study.path).outputPath(submission.number))
  }

  /// Takes the next run that is free.
  /// - Parameters:
  ///   - going: indices that this pack has already.
  ///   - allows: whether a run may go beside these.
  /// - Throws: ``RunFailure``, ``FileError``.
  mutating func take(besides going: Set<Int>, allows: (Int) -> Bool) throws -> (run: Int, claim: RunClaim)? {
    if !isLooking {
      guard sinceLook.elapsed_s >= Self.interval_s else { return nil }
      cursor = 0
      seen = (false, false)
      isLooking = true
    }
    while cursor < open.count {
      let run = open[cursor]
      if !going.contains(run), allows(run) {
        switch verdict(on: run) {
        case .over:
          open.remove(at: cursor)
          continue
        case .free(let number):
          if let claim = try claim(run, number) {
            cursor += 1
            return (run, claim)
          }
        case .later: seen.later = true
        case .unclear: seen.unclear = true
        case .held: break
        }
      }
      cursor += 1
    }
    isLooking = false
    hasProspects = seen.later || seen.unclear || hasEnded
    hasEnded = false
    sinceLook.restart()
    return nil
  }

  /// Whether runs are left for which nobody else is at work.
  mutating func hasWork() -> Bool {
    open.contains { run in
      switch verdict(on: run) {
      case .free, .later, .unclear: true
      case .over, .held: false
      }
    }
  }

  /// Not to be looked at again.
  mutating func forget(_ run: Int) {
    guard let place = open.firstIndex(of: run) else { return }
    open.remove(at: place)
    if place < cursor { cursor -= 1 }
  }

  /// A run that has ended here may be the next one again.
  mutating func lookAgain() {
    hasProspects = true
    hasEnded = true
  }

  private func claim(_ run: Int, _ number: Int) throws -> RunClaim? {
    try study.makeFolder(study.runPath(run))
    let claim = RunClaim(
      number: number, submission: submission.number, job: job, node: node,
      attemptBefore: study.attempts(at: run).newest)
    return try study.claims(on: run).take(claim) ? claim : nil
  }

  // MARK: judging

  mutating func verdict(on run: Int) -> Verdict {
    if study.cancelMarker(run).exists || study.state(of: run).state == .done { return .over }
    guard let (number, claim) = study.claims(on: run).newest() else { return .free(1) }
    guard let claim else { return .free(number + 1) }
    if claim.submission > submission.number { return .over }
    switch claim.ended {
    case .givenUp: return claim.submission == submission.number ? .over : .free(number + 1)
    case .failed where claim.submission == submission.number:
      return isDue(claim, run) ? .free(number + 1) : .later
    case .done, .stopped, .failed, .left: return .free(number + 1)
    case nil: return verdict(onOpen: claim)
    }
  }

  /// After the delay of the profile, doubled for each failure, and once more on the node where it has failed: others come first.
  private func isDue(_ claim: RunClaim, _ run: Int) -> Bool {
    let retries = PackRetries(study: study, run: run, job: job)
    let doublings = min(max(0, retries.failures - 1), 10) + (claim.node == node ? 1 : 0)
    let delay_s = submission.site.retryDelay_s * Double(1 << doublings)
    let age_s = Date().timeIntervalSince1970 - (claim.ended_s ?? 0)
    // Clocks of two nodes may differ.
    return age_s >= delay_s || age_s < -delay_s
  }

  private mutating func verdict(onOpen claim: RunClaim) -> Verdict {
    // Slurm has started this task again: its earlier start is given up.
    if let other = claim.job, job.isSame(as: other), other.restart != job.restart {
      return .free(claim.number + 1)
    }
    switch claim.identity.presence() {
    case .gone: return .free(claim.number + 1)
    case .alive: return .held
    case .unseen: break
    }
    let key = "\(claim.submission) \(claim.host) \(claim.pid) \(claim.process?.start ?? 0)"
    let beats = claim.job.flatMap { records.record(of: $0) }?.beats ?? 0
    var watch = watches[key] ?? Watch(beats: beats)
    let moves = beats != watch.beats
    watch.silence.look(hasChanged: moves)
    watch.hasMoved = watch.hasMoved || moves
    watch.beats = beats
    watches[key] = watch
    if watch.silence.silence_s > Self.silent_s { return .free(claim.number + 1) }
    return watch.hasMoved && watch.silence.silence_s < Self.usual_s ? .held : .unclear
  }
}

/// How often a run has failed in a job array without progress.
struct PackRetries {
  /// In a row.
  let failures: Int
  let isInvalidInput: Bool

  init(study: StudyDirectory, run: Int, job: SlurmJob) {
    let history = study.attempts(at: run)
    let own = history.records().filter { $0.job?.job == job.job }
    let policy = RetryPolicy(own, progress: study.progress(of: run))
    let newest = history.newest
    // Starts whose ranks ended before they could create a record: MPI hangs, or the disk is full to the last byte.
    let withoutRecord = study.claims(on: run).all().reversed().prefix { claim in
      claim.job?.job == job.job && claim.attemptBefore == newest
    }.count { claim in
      guard let ended = claim.ended else { return claim.identity == .current }
      return [.stopped, .failed, .givenUp].contains(ended)
    }
    failures = max(policy.attemptsWithoutProgress.count, withoutRecord)
    isInvalidInput = policy.isInvalidInput
  }

  func allows(_ retries: Int) -> Bool { failures <= retries && !isInvalidInput }
}
