import Dynamics
import Foundation
import Manifest
import StudyStore
import Support

/// Keeps `state.json` of a running run: written by rank 0 at most every second, and at every turn.
package struct StateReporter {
  private let path: String
  private let history: AttemptHistory
  private let fence: Fence
  private let wish: CancelMarker
  private let log: RunLog
  private var record: AttemptRecord?
  /// The message of a run that was cancelled.
  package static let cancelled = "cancelled"

  /// Whether the run is to stop and stay so.
  private(set) var isCancelled = false
  private(set) var state: RunState
  private let timestep_ps: Double
  private let wallTimeBefore_s: Double
  private let started = Date()
  private var lastWritten = Date.distantPast
  private var lastLogged = Date()
  private var steppingSince: (date: Date, step: Int)?

  init(study: StudyDirectory, run: RunSpecification, attempt: Int, record: AttemptRecord?, ranks: Int) {
    path = study.statePath(run.index)
    history = study.attempts(at: run.index)
    fence = Fence(history: history, attempt: attempt)
    wish = study.cancelWish(run.index)
    self.record = record
    let manifest = run.manifest
    let previous = RunState.read(from: path, steps: manifest.steps)
    log = RunLog(path: (path as NSString).deletingLastPathComponent + "/log.txt")
    let job = record?.job.map { ", job \($0.name)" } ?? ""
    log.add(
      "attempt \(attempt) on \(ranks) rank\(ranks == 1 ? "" : "s") of \(hostName())\(job), version "
        + paddlewheelVersion)
    timestep_ps = manifest.dynamics.step_ps
    wallTimeBefore_s = previous.wallTime_s
    state = RunState(.running, steps: manifest.steps)
    state.attempt = attempt
    state.job = record?.job?.name
    state.checkpoint_s = previous.checkpoint_s
    state.broken = previous.broken
    state.ranks = ranks
    state.host = hostName()
    state.pid = Int(ProcessInfo.processInfo.processIdentifier)
  }

  /// Takes note of what the attempt goes on from.
  mutating func begin(from progress: AttemptRecord.Progress) throws {
    guard record != nil else { return }
    record?.from = progress
    if let record { try history.write(record) }
  }

  /// - Throws: ``RunFailure`` where a later attempt has taken over.
  func checkFence() throws { try fence.check() }

  /// Takes note of how long a checkpoint took.
  mutating func took(checkpoint_s: Double) { state.checkpoint_s = checkpoint_s }

  mutating func begin(stage: String, step: Int) throws {
    state.stage = stage
    state.step = step
    if state.message?.hasPrefix("relax:") == true { state.message = nil }
    state.time_ps = Double(step) * timestep_ps
    log.add("\(stage) from step \(step)")
    try write()
  }

  /// Takes note of a step; writes when the last word is a second old.
  package mutating func progress(step: Int, observables: Observables?, energyAtStart_eV: Double?, atoms: Int)
    throws
  {
    if steppingSince == nil { steppingSince = (Date(), step - 1) }
    state.step = step
    state.time_ps = Double(step) * timestep_ps
    if let observables {
      state.temperature_K = observables.temperature_K
      state.energyDrift_meV_per_atom = energyAtStart_eV.map {
        (observables.conservedEnergy_eV - $0) / Double(atoms) * 1000
      }
    }
    if Date().timeIntervalSince(lastWritten) > 1 {
      try write()
      if Date().timeIntervalSince(lastLogged) > 30 { logProgress() }
    }
  }

  private mutating func logProgress() {
    lastLogged = Date()
    let pace = state.ns_per_day.map { String(format: "%.1f ns/day, ", $0) } ?? ""
    let heat = state.temperature_K.map { String(format: "%.0f K", $0) } ?? ""
    let drift = state.energyDrift_meV_per_atom.map { String(format: ", drift %+.3f meV/atom", $0) } ?? ""
    log.add(
      String(format: "step %d of %d, %.3f ps, ", state.step, state.steps, state.time_ps) + pace + heat + drift
    )
  }

  /// Takes note of a molecule that has come apart, if it was whole when the run was last asked.
  mutating func takeNote(of broken: BrokenMolecule) throws {
    var known = state.broken ?? []
    guard !known.contains(where: { $0.molecule == broken.molecule }) else { return }
    log.add(broken.description)
    known.append(broken)
    state.broken = known
    try write()
  }

  /// A line for `log.txt` alone.
  func remark(_ text: String) { log.add(text) }

  mutating func note(_ message: String) throws {
    state.message = message
    if Date().timeIntervalSince(lastWritten) > 1 { try write() }
  }

  mutating func end(_ phase: RunState.Phase, message: String?) throws {
    state.state = phase
    state.message = message
    logProgress()
    log.add([phase.rawValue, message].compactMap { $0 }.joined(separator: ": "))
    try write()
    // The last word on this attempt, which nobody writes over.
    record?.ended = phase
    record?.ended_s = Date().timeIntervalSince1970
    record?.message = message
    if let record { try history.write(record) }
  }

  private mutating func write() throws {
    let now = Date()
    if let since = steppingSince, state.step > since.step {
      let seconds = now.timeIntervalSince(since.date)
      if seconds > 0 {
        let pace = Double(state.step - since.step) / seconds
        state.stepsPerSecond = pace
        state.ns_per_day = pace * timestep_ps * 86.4
      }
    }
    try fence.check()
    isCancelled = wish.isThere
    state.wallTime_s = wallTimeBefore_s + now.timeIntervalSince(started)
    try state.write(to: path, at: now)
    lastWritten = now
  }
}
