import Dynamics
import Foundation
import Logging
import Manifest
import StudyStore
import Support

/// Keeps `state.json` and `log.txt` of a running run: rank 0 writes the state at most every second, and at every change
/// of stage.
package struct StateReporter {
  private let path: String
  private let history: AttemptHistory
  private let fence: Fence
  private let cancelMarker: CancelMarker
  /// `log.txt` of the run.
  let log: Logger
  private var record: AttemptRecord?

  /// Whether the run is to stop and not to be restarted.
  private(set) var isCancelled = false
  private(set) var state: RunState
  /// Whether the message is the progress of a minimisation, which ends with its stage; a warning stands.
  private var showsMinimisation = false
  private let timestep_ps: Double
  private let wallTimeBefore_s: Double
  private let started = Stopwatch()
  /// Nil before the first.
  private var sinceWritten: Stopwatch?
  private var sinceLogged = Stopwatch()
  private var steppingSince: (watch: Stopwatch, step: Int)?

  /// Of the steps so far.
  var pace: StepPace?

  /// Seconds between two writes of the state.
  private static let writeInterval_s = 1.0
  /// Seconds between two lines of progress in the log.
  private static let logInterval_s = 30.0

  init(study: StudyDirectory, run: RunSpecification, attempt: Int, record: AttemptRecord?, ranks: Int) {
    path = study.statePath(run.index)
    history = study.attempts(at: run.index)
    fence = Fence(history: history, attempt: attempt)
    cancelMarker = study.cancelMarker(run.index)
    self.record = record
    let manifest = run.manifest
    let previous = RunState.read(from: path, steps: manifest.steps)
    log = Logger(runDirectory: study.runPath(run.index))
    let job = record?.job.map { ", job \($0.name)" } ?? ""
    log.info(
      """
      attempt \(attempt) on \(ranks) rank\(ranks == 1 ? "" : "s") of \(hostName())\(job), version \
      \(paddlewheelVersion)
      """)
    timestep_ps = manifest.step_ps
    wallTimeBefore_s = previous.wallTime_s
    state = RunState(.running, steps: manifest.steps)
    state.attempt = attempt
    state.job = record?.job?.name
    state.checkpoint_s = previous.checkpoint_s
    state.step = previous.step
    state.time_ps = previous.time_ps
    state.broken = previous.broken
    state.ranks = ranks
    let process = ProcessIdentity.current
    state.host = process.host
    state.pid = process.pid
    state.process = process.origin
  }

  /// Records what the attempt resumes from.
  mutating func begin(from progress: AttemptRecord.Progress) throws {
    guard record != nil else { return }
    record?.from = progress
    if let record { try history.write(record) }
    // A reader learns from it that this attempt lives, long before the first step of a large system.
    try write()
  }

  /// - Throws: ``RunFailure`` where a later attempt has taken over.
  func checkFence() throws { try fence.check() }

  /// Records how long a checkpoint took.
  mutating func took(checkpoint_s: Double) { state.checkpoint_s = checkpoint_s }

  /// - Parameters:
  ///   - step: of the dynamics, over all stages.
  ///   - summary: what the stage does.
  mutating func begin(stage: RunStage, step: Int, summary: String) throws {
    state.stage = stage
    state.step = step
    if showsMinimisation { state.message = nil }
    showsMinimisation = false
    state.time_ps = Double(step) * timestep_ps
    log.info("\(stage.rawValue) from step \(step): \(summary)")
    try write()
  }

  /// Records a step; writes the state where the last one is a second old.
  package mutating func progress(step: Int, observables: Observables?, energyAtStart_eV: Double?, atoms: Int)
    throws
  {
    if steppingSince == nil { steppingSince = (Stopwatch(), step - 1) }
    state.step = step
    state.time_ps = Double(step) * timestep_ps
    if let observables {
      state.temperature_K = observables.temperature_K
      state.energyDrift_meV_per_atom = energyAtStart_eV.map {
        (observables.conservedEnergy_eV - $0) / Double(atoms) * 1000
      }
    }
    if isWriteDue {
      try write()
      if sinceLogged.elapsed_s > Self.logInterval_s { logProgress() }
    }
  }

  /// Shows that the attempt lives, where a step takes long.
  mutating func beat() throws { if isWriteDue { try write() } }

  private mutating func logProgress() {
    sinceLogged.restart()
    let pace = state.ns_per_day.map { String(format: "%.1f ns/day, ", $0) } ?? ""
    let heat = state.temperature_K.map { String(format: "%.0f K", $0) } ?? ""
    let drift = state.energyDrift_meV_per_atom.map { String(format: ", drift %+.3f meV/atom", $0) } ?? ""
    let step = String(format: "step %d of %d, %.3f ps, ", state.step, state.steps, state.time_ps)
    log.info("\(step)\(pace)\(heat)\(drift)")
  }

  /// Records a molecule that has dissociated, once.
  mutating func record(_ broken: BrokenMolecule) throws {
    var known = state.broken ?? []
    guard !known.contains(where: { $0.molecule == broken.molecule }) else { return }
    log.warning("\(broken.description)")
    known.append(broken)
    state.broken = known
    try write()
  }

  /// Records how far atoms have left the training set of the model; logs when the first one does.
  /// - Parameter isLast: whether the run ends with it.
  mutating func record(_ extrapolation: ExtrapolationCount, isLast: Bool) throws {
    let isFirst = extrapolation.recordsOutside == 1 && (state.extrapolation?.recordsOutside ?? 0) == 0
    state.extrapolation = extrapolation
    if isFirst { log.warning("\(extrapolation.description)") }
    if isFirst || isLast { try write() }
  }

  /// Continues from the count of a checkpoint.
  mutating func resume(_ extrapolation: ExtrapolationCount) { state.extrapolation = extrapolation }

  /// Shows how far a minimisation is.
  mutating func minimisation(_ progress: String) throws {
    showsMinimisation = true
    try show(progress)
  }

  /// Warns in the log and, until the attempt ends, in the state.
  mutating func warn(_ message: String) throws {
    log.warning("\(message)")
    try show(message)
  }

  private mutating func show(_ message: String) throws {
    state.message = message
    if isWriteDue { try write() }
  }

  mutating func end(_ phase: RunState.Phase, message: String?, reason: EndReason?) throws {
    state.state = phase
    state.message = message
    state.reason = reason
    logProgress()
    log.info("\([phase.rawValue, message].compactMap(\.self).joined(separator: ": "))")
    try write()
    // Nobody else writes the attempt's own record: what it says of the end stands.
    record?.ended = phase
    record?.ended_s = Date().timeIntervalSince1970
    record?.message = message
    record?.reason = reason
    if let record { try history.write(record) }
  }

  private var isWriteDue: Bool { (sinceWritten?.elapsed_s ?? .infinity) > Self.writeInterval_s }

  private mutating func write() throws {
    if let since = steppingSince, state.step > since.step {
      let seconds = since.watch.elapsed_s
      if seconds > 0 {
        let pace = Double(state.step - since.step) / seconds
        state.stepsPerSecond = pace
        state.ns_per_day = pace * timestep_ps * 86.4
      }
    }
    try fence.check()
    isCancelled = cancelMarker.exists
    state.wallTime_s = wallTimeBefore_s + started.elapsed_s
    state.beats = (state.beats ?? 0) + 1
    state.longestStep_s = pace?.longest_s
    state.stallLimit_s = pace?.stallLimit_s
    try state.write(to: path)
    sinceWritten = Stopwatch()
  }
}
