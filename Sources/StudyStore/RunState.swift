import Foundation
import Support
import Trajectory

/// The progress of a run: `state.json`, which `simulate` writes.
package struct RunState: Codable, Equatable, Sendable {
  package enum Phase: String, Codable, CaseIterable, Sendable {
    /// Not started; the file need not exist.
    case planned
    /// In the queue of a scheduler.
    case queued
    case running
    /// Interrupted before it was done; it can be resumed.
    case stopped
    case failed
    case done
    /// The file is damaged, or the host of the run can't be seen.
    case unknown
  }

  package var state: Phase
  /// Nil before the first stage.
  package var stage: RunStage?
  /// Steps of the dynamics done and to do, over all stages; `relax` has none.
  package var step = 0
  package var steps = 0
  /// Simulated time done, over all stages, ps.
  package var time_ps = 0.0
  /// Wall time over all attempts, s.
  package var wallTime_s = 0.0
  /// Pace of the time steps in the last attempt, without start-up.
  package var ns_per_day: Double?
  package var stepsPerSecond: Double?
  /// Of the last observation, K.
  package var temperature_K: Double?
  /// Conserved energy now minus at the start of the stage, meV per atom.
  package var energyDrift_meV_per_atom: Double?
  /// Of rank 0.
  package var host: String?
  package var pid: Int?
  /// What tells rank 0 from a later process of that number.
  package var process: ProcessIdentity.Origin?
  package var ranks: Int?
  package var message: String?
  /// Why the run stopped or failed, where that is known.
  package var reason: EndReason?
  /// The Slurm job that it runs in: `123_4`.
  package var job: String?
  /// Time that the last checkpoint took, s.
  package var checkpoint_s: Double?
  /// The number of the latest start, from 1; 0 before the first.
  package var attempt = 0
  /// Molecules that have dissociated under a reactive potential, in the order of detection.
  package var broken: [BrokenMolecule]?
  /// How far atoms have left the training set of the model; nil for a potential without an active set.
  package var extrapolation: ExtrapolationCount?
  /// When this was written, seconds since 1970.
  package var heartbeat_s: Double?
  /// The same moment in seconds since the boot of the machine that wrote it.
  package var uptime_s: Double?
  /// How often the attempt has written its state: whoever sees it grow needs no clock to know that the run lives.
  package var beats: Int?
  /// The longest time between two steps of the attempt, checkpoints included, s.
  package var longestStep_s: Double?
  /// How long the attempt may go without a step, s.
  package var stallLimit_s: Double?

  package enum CodingKeys: String, CodingKey {
    case state, stage, step, steps, time_ps, ns_per_day, temperature_K, host, pid, ranks, message, reason,
      attempt
    case job, checkpoint_s, process, beats, uptime_s, extrapolation
    case longestStep_s = "longest_step_s"
    case stallLimit_s = "stall_limit_s"
    case broken = "broken_molecules"
    case wallTime_s = "wall_time_s"
    case stepsPerSecond = "steps_per_second"
    case energyDrift_meV_per_atom = "energy_drift_meV_per_atom"
    case heartbeat_s = "heartbeat_s"
  }

  package init(_ state: Phase, steps: Int = 0) {
    self.state = state
    self.steps = steps
  }

  /// Reads leniently: an absent file is `planned`, a damaged one `unknown` with the reason as message.
  package static func read(from path: String, steps: Int) -> RunState {
    guard FileManager.default.fileExists(atPath: path) else { return RunState(.planned, steps: steps) }
    guard let data = FileContents.own(path) else {
      var state = RunState(.unknown, steps: steps)
      state.message = "\(path) can't be read"
      return state
    }
    do {
      return try SealedRecord.decode(RunState.self, from: data)
    } catch {
      var state = RunState(.unknown, steps: steps)
      state.message = "\(path) is damaged: \(error)"
      return state
    }
  }

  /// Writes the file atomically, with the time as heartbeat.
  /// - Throws: ``RunFailure``.
  package func write(to path: String, at time: Date = Date()) throws {
    var copy = self
    copy.heartbeat_s = time.timeIntervalSince1970
    copy.uptime_s = Stopwatch.sinceBoot_s
    // JSON has no infinities.
    copy.ns_per_day = ns_per_day.flatMap(finite)
    copy.stepsPerSecond = stepsPerSecond.flatMap(finite)
    copy.temperature_K = temperature_K.flatMap(finite)
    copy.energyDrift_meV_per_atom = energyDrift_meV_per_atom.flatMap(finite)
    copy.time_ps = finite(time_ps) ?? 0
    copy.wallTime_s = finite(wallTime_s) ?? 0
    try AtomicFile.write(SealedRecord.encode(copy), to: path)
  }

  /// Wall time of the remaining steps at the pace of the last attempt, s.
  package var timeLeft_s: Double? {
    guard let stepsPerSecond, stepsPerSecond > 0, steps >= step else { return nil }
    return finite(Double(steps - step) / stepsPerSecond)
  }
}

extension RunState: StudyRecord {
  package func check() throws(RecordFault) {
    for (key, value) in [("step", step), ("steps", steps)] { try require(value, key, RecordLimits.steps) }
    let largest = 1e15
    try require(time_ps, "time_ps", 0...largest)
    try require(wallTime_s, "wall_time_s", 0...largest)
    for (key, value) in [("ns_per_day", ns_per_day), ("steps_per_second", stepsPerSecond)] {
      try require(value, key, 0...largest)
    }
    try require(temperature_K, "temperature_K", -largest...largest)
    try require(attempt, "attempt", 0...RecordLimits.attempts)
    try require(pid, "pid", RecordRange.processes)
    try require(ranks, "ranks", RecordRange.ranks)
    try require(date_s: heartbeat_s, "heartbeat_s")
  }
}

private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
