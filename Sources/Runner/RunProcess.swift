import Checkpoints
import Digest
import Dynamics
import EngineSocket
import Forces
import Foundation
import MPI
import Manifest
import StudyStore
import Support
import Trajectory

/// One attempt at one run, on all ranks: its stages, from the newest checkpoint on.
package final class RunProcess {
  let run: RunSpecification
  /// The simulated part of the run's manifest.
  let manifest: SimulationSpecification
  let communicator: Communicator
  let system: RunSystem
  let simulation: Simulation
  /// The program behind a socket that computes the forces; nil for a potential of this program.
  let engine: EngineSession?
  let recorder: RunRecorder
  let checkpoints: CheckpointStore
  let attempt: Int
  /// Blocks of the record: the ranks of the first attempt.
  let blocks: Int
  let correlationFile: RunCorrelator.File
  /// Nil before the sampling stage, and where no correlations are taken.
  var correlator: RunCorrelator?
  /// On rank 0 alone.
  private(set) var reporter: StateReporter?
  /// Of the run, in their order; at least one.
  let stages: [StageSettings]
  /// Of the present stage.
  var stageIndex: Int
  var stage: StageSettings { stages[stageIndex] }
  /// Steps done of the stage.
  var stageStep: Int
  /// Whether a checkpoint was loaded: the stage has begun.
  let isResumed: Bool
  /// Of the stage, where the next one begins with it.
  var meanCell = AveragedCell()
  /// Conserved energy at the start of the stage.
  var energyAtStart_eV: Double?
  /// State of a minimisation that is under way.
  var minimiser: Minimiser.State?
  /// Nil where the potential has a list of bonds.
  var bonds: BondWatch?
  /// Nil where the potential is no committee.
  let deviationKinds: AtomKinds?
  /// Nil where the potential has no active set.
  let gradeKinds: AtomKinds?
  /// How far atoms have left the training set so far.
  var extrapolation: ExtrapolationCount
  /// On rank 0 of a run with a committee or an active set.
  var candidates: CandidateFrames?
  var sinceCheckpoint = Stopwatch()
  var sinceFlush = Stopwatch()
  /// The time between two steps, checkpoints included.
  private(set) var pace: StepPace
  private let watch: StallWatch

  init(
    study: StudyDirectory, run: RunSpecification, attempt: Int, record: AttemptRecord?, command: [String],
    watch: StallWatch, communicator: Communicator
  ) throws {
    self.run = run
    self.watch = watch
    self.communicator = communicator
    self.attempt = attempt
    manifest = try run.manifest.simulation
    pace = StepPace(limit_s: manifest.resources.stallLimit_s, least_s: manifest.potential.longestSilence_s)
    watch.setLimit(pace.stallLimit_s)
    let directory = study.runPath(run.index)
    checkpoints = CheckpointStore(directory: directory)
    system = try RunSystem(run.manifest, seed: run.seed, ranks: communicator.size)
    WorkCounter.advance()
    if communicator.isRoot {
      reporter = StateReporter(
        study: study, run: run, attempt: attempt, record: record, ranks: communicator.size)
      reporter?.pace = pace
    }
    engine = system.engine(manifest, folder: "\(directory)/engine", log: "\(directory)/engine.log")
    if engine != nil, communicator.isRoot { try study.makeFolder("\(directory)/engine") }
    if let place = engine?.awaitedAt { reporter?.log.info("awaits its engine at \(place.text)") }
    stages = manifest.stageSettings(at: run.temperature_K)
    simulation = try Simulation(
      structure: system.structure, topology: system.topology,
      settings: engine.map(ForceSettings.init(driver:)) ?? system.forceSettings(manifest),
      integrator: Self.integrator(of: stages, 0, step: 0, run, system),
      timestep_ps: manifest.dynamics.step_ps,
      communicator: communicator)
    WorkCounter.advance()
    bonds = BondWatch(topology: system.topology)
    deviationKinds = system.isCommittee ? AtomKinds(system.topology) : nil
    gradeKinds = system.hasActiveSet ? AtomKinds(system.topology) : nil
    let provenance = Self.provenance(study, run, command, communicator)
    correlationFile = RunCorrelator.File(
      directory: directory, attempt: attempt, identity: RunRecorder.identity(run), provenance: provenance)
    let resumed = try Self.load(
      checkpoints, run: run, stages: stages, system: system, simulation: simulation, file: correlationFile)
    isResumed = resumed != nil
    stageIndex = resumed?.stageIndex ?? 0
    meanCell = resumed.flatMap { AveragedCell($0.checkpoint.meanCell) } ?? AveragedCell()
    stageStep = resumed?.checkpoint.stageStep ?? 0
    energyAtStart_eV = resumed?.checkpoint.energyAtStart_eV
    extrapolation = resumed?.checkpoint.extrapolation ?? ExtrapolationCount()
    minimiser = resumed.flatMap { Minimiser.State($0.checkpoint.minimiser) }
    correlator = resumed?.correlator
    blocks = resumed?.checkpoint.blocks ?? communicator.size
    recorder = try RunRecorder(
      system: system, run: run, directory: directory, attempt: attempt, blocks: blocks,
      resumption: resumed?.restartPoint, provenance: provenance, communicator: communicator)
    if communicator.isRoot, deviationKinds != nil || gradeKinds != nil {
      candidates = try CandidateFrames(
        folder: directory, upTo: isResumed ? taken : -1, most: manifest.record.mostCandidates)
    }
    try reportBeginning(after: resumed)
  }

  private func reportBeginning(after resumed: Resumed?) throws {
    try report { reporter in
      try reporter.begin(from: resumed?.progress ?? .start)
      for warning in system.warnings { reporter.log.warning("\(warning)") }
      let ranges = RangeCheck(manifest, temperature_K: run.temperature_K, vibrations: system.vibrations)
      for finding in ranges.findings { reporter.log.warning("\(finding.warning)") }
      if let resumed {
        reporter.log.info("\(resumed.description)")
        if let count = resumed.checkpoint.extrapolation { reporter.resume(count) }
        for warning in resumed.warnings { try reporter.warn(warning) }
      }
    }
  }

  private static func provenance(
    _ study: StudyDirectory, _ run: RunSpecification, _ command: [String], _ communicator: Communicator
  ) -> Provenance {
    Provenance(
      version: paddlewheelVersion, author: ProcessInfo.processInfo.userName,
      command: command.joined(separator: " "), manifest: study.plan.resolvedYAML,
      manifestDigest: SHA256.hexadecimal(of: study.plan.resolvedYAML), host: hostName(),
      ranks: communicator.size,
      seed: Int64(bitPattern: run.seed), startedAt: ISO8601DateFormatter().string(from: Date()))
  }

  /// Counts a step that is done.
  func countStep() {
    guard pace.step() else { return }
    watch.setLimit(pace.stallLimit_s)
    reporter?.pace = pace
  }

  /// Calls `body` on rank 0.
  func report(_ body: (inout StateReporter) throws -> Void) throws {
    guard var copy = reporter else { return }
    try body(&copy)
    reporter = copy
  }

  /// Records the end of an attempt that is done or has stopped on request.
  func end(isDone: Bool) throws {
    try report { reporter in
      if isDone {
        try reporter.end(.done, message: nil, reason: nil)
      } else if reporter.isCancelled {
        try reporter.end(.stopped, message: "cancelled", reason: .cancelled)
      } else {
        try reporter.end(.stopped, message: "stopped on request", reason: .stopRequested)
      }
    }
  }
}
