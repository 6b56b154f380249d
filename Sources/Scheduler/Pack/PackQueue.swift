import Manifest
import Runner
import StudyStore
import Support

/// The runs of a pack: it fills the cores of its array task, and takes the next missing run of the submission when one ends.
struct PackQueue: LaunchQueue {
  private struct Going {
    var lease: CoreLease
    var claim: RunClaim
    var clock = Stopwatch()
  }

  /// What came of the pack, for the end of the array task.
  struct Outcome: Equatable {
    var done: [Int] = []
    /// Given up, with the reason.
    var failed: [Int: String] = [:]
    /// Whether runs fail on this node, one after the other.
    var isNodeSuspect = false
    /// Why runs can't be taken.
    var problem: String?
  }

  private let runner: StudyRunner
  private let ranks: Int
  private let retries: Int
  private var claims: PackClaims
  private var ledger: PackLedger
  private var going: [Int: Going] = [:]
  private(set) var outcome = Outcome()
  /// Starts in a row on this node that have failed without progress.
  private var failuresHere = 0
  /// Until then nothing starts, on the steady clock, s.
  private var restsUntil_s = 0.0

  /// So many starts without progress in a row are laid to the node.
  private static let mostFailures = 3
  /// After ranks have stopped that nobody here has asked to: Slurm is about to end the job, s.
  private static let rest_s = 5.0

  /// - Parameters:
  ///   - runner: whose pool has the cores of the array task.
  init(_ runner: StudyRunner, claims: PackClaims, record: PackRecord) {
    self.runner = runner
    self.claims = claims
    ranks = claims.submission.ranks
    retries = claims.submission.site.retries
    ledger = PackLedger(
      record,
      PackRecords(folder: SubmissionFolder(study: runner.study.path).outputPath(claims.submission.number)))
  }

  private var study: StudyDirectory { runner.study }

  /// Whether no further run starts.
  private var isClosing: Bool {
    runner.stop.count > 0 || outcome.isNodeSuspect || outcome.problem != nil
  }

  var isEmpty: Bool { going.isEmpty && (isClosing || !claims.hasProspects) }

  /// Whether runs are left that nobody is at work on.
  mutating func hasWork() -> Bool { claims.hasWork() }

  mutating func next() -> (run: RunSpecification, place: LaunchPlace)? {
    guard !isClosing, Stopwatch.now_s >= restsUntil_s, let lease = runner.pool.take(ranks) else { return nil }
    let others = Set(going.keys)
    let schedule = runner.schedule
    do {
      guard
        let (index, claim) = try claims.take(
          besides: others, allows: { schedule.allows($0, beside: others) })
      else {
        lease.end()
        if !claims.hasProspects { ledger.nothingIsLeft(busy_s: busy_s) }
        return nil
      }
      let run = study.runs[index]
      going[index] = Going(lease: lease, claim: claim)
      ledger.starts(index)
      let place = LaunchPlace(ranks: ranks, cores: lease.cores)
      runner.observer(.started(run, resumed: study.state(of: index).attempt > 0, place))
      return (run, place)
    } catch {
      lease.end()
      outcome.problem = "\(error)"
      return nil
    }
  }

  /// Core-seconds of the runs that go.
  private var busy_s: Double { going.values.reduce(0) { $0 + $1.clock.elapsed_s } * Double(ranks) }

  mutating func look() { ledger.look(busy_s: busy_s) }

  /// The last entry of the record.
  mutating func close() { ledger.close() }

  // MARK: ends

  mutating func end(_ index: Int, _ result: Result<LaunchOutcome, any Error>) {
    guard let item = going.removeValue(forKey: index) else { return }
    item.lease.end()
    let launch: LaunchOutcome
    // Another node may have the mpirun that this one lacks.
    do { launch = try result.get() } catch { launch = .failed(exitCode: 1, message: "\(error)") }
    let end = judge(launch, index)
    ledger.ends(index, busy: item.clock.elapsed_s * Double(ranks), isDone: end == .done)
    runner.observer(.ended(study.runs[index], launch))
    do { try study.claims(on: index).end(item.claim, end) } catch {
      // Its process is soon gone, and then it counts for nothing.
      outcome.problem = "\(error)"
    }
    if end == .done || end == .givenUp || end == .left { claims.forget(index) } else { claims.lookAgain() }
  }

  private mutating func judge(_ launch: LaunchOutcome, _ index: Int) -> RunClaim.End {
    switch launch {
    case .done:
      failuresHere = 0
      outcome.done.append(index)
      return .done
    case .held: return .left
    case .stopped:
      if study.cancelMarker(index).exists { return .stopped }
      if runner.stop.count == 0 { restsUntil_s = Stopwatch.now_s + Self.rest_s }
      let retries = PackRetries(study: study, run: index, job: claims.job)
      guard !runner.stop.excludesRestart, !retries.allows(self.retries) else { return .stopped }
      let message =
        "stopped \(retries.failures) times without progress; the time limit is too short"
      study.recordEnd(
        .failed, of: study.attempts(at: index).newest, at: index, message: message, reason: nil, exitCode: 1)
      outcome.failed[index] = message
      return .givenUp
    case .failed(let code, let message):
      if study.cancelMarker(index).exists { return .stopped }
      // What ends while the job is ended is no fault of the run.
      if runner.stop.count > 0 { return .stopped }
      return judgeFailure(code, message, index)
    }
  }

  private mutating func judgeFailure(_ code: Int32, _ message: String, _ index: Int) -> RunClaim.End {
    let retries = PackRetries(study: study, run: index, job: claims.job)
    if code == 2 || !retries.allows(self.retries) {
      outcome.failed[index] = message
      return .givenUp
    }
    failuresHere = retries.failures > 0 ? failuresHere + 1 : 0
    if failuresHere >= Self.mostFailures { outcome.isNodeSuspect = true }
    return .failed
  }
}
