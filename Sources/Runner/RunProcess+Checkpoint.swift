import Checkpoints
import Dynamics
import Foundation
import MPI
import Manifest
import StudyStore
import Support
import Trajectory

extension RunProcess {
  /// What a checkpoint gives beside the state of the simulation.
  struct Resumed {
    var checkpoint: RunCheckpoint
    /// Of the checkpoint's stage.
    var stageIndex: Int
    var restartPoint: RestartPoint
    var correlator: RunCorrelator?
    /// For the user: a damaged file that was passed over, correlations that are missing.
    var warnings: [String]

    var progress: AttemptRecord.Progress {
      AttemptRecord.Progress(stage: checkpoint.stage, step: checkpoint.stageStep)
    }

    var description: String {
      let position = "resumes \(checkpoint.stage.rawValue) at step \(checkpoint.stageStep)"
      guard checkpoint.version != paddlewheelVersion else { return position }
      return position + ", from a checkpoint of "
        + (checkpoint.version.map { "version \($0)" } ?? "an older version")
    }
  }

  /// Writes a checkpoint; every rank must call.
  /// - Parameter last: a state before the present one, to which the record and the correlations belong as well.
  func writeCheckpoint(of last: LastGoodState? = nil) throws {
    WorkCounter.advance()
    try recorder.synchronize()
    WorkCounter.advance()
    let state = try last ?? present
    let snapshot = state.snapshot
    var correlations = CheckpointContent(attempt: attempt)
    try correlator?.save(to: &correlations)
    if communicator.isRoot {
      var content = CheckpointContent(
        attempt: attempt, doubles: snapshot.doubles, integers: snapshot.integers)
      try RunCheckpoint(
        stage: RunStage(stage), stageStep: state.stageStep, blocks: blocks, lastSteps: recorder.lastSteps,
        minimiser: state.minimiser?.doubles ?? [], energyAtStart_eV: state.energyAtStart_eV,
        meanCell: meanCell.doubles, extrapolation: extrapolation, version: paddlewheelVersion
      ).save(to: &content)
      content.doubles.merge(correlations.doubles) { $1 }
      content.text.merge(correlations.text) { $1 }
      try checkpoints.write(content)
    }
    try communicator.barrier()
    sinceCheckpoint.restart()
    reporter?.log.info("checkpoint in \(stage.name) at step \(state.stageStep)")
  }

  /// Rank 0 reads the newest checkpoint; all ranks restore it.
  /// - Returns: nil where there is none.
  /// - Throws: ``DamagedCheckpoints``; ``RunFailure``, with the version that wrote it, for a checkpoint of another system.
  static func load(
    _ store: CheckpointStore, run: RunSpecification, stages: [StageSettings], system: RunSystem,
    simulation: Simulation, file: RunCorrelator.File
  ) throws -> Resumed? {
    let communicator = simulation.domain.communicator
    let manifest = try run.manifest.simulation
    var loaded: (content: CheckpointContent, note: String?)?
    if communicator.isRoot {
      let check = CheckpointCheck(
        run: run, manifest: manifest, stages: stages, system: system, simulation: simulation, file: file)
      do { loaded = try store.loadNewest(check: check.check) } catch let error as RecordError {
        throw DamagedCheckpoints(error: error, run: run.index, attempt: check.damagedAttempt(in: store))
      }
    }
    guard try communicator.reduced(loaded == nil ? 0 : 1, .max) == 1 else { return nil }
    let content = try shared(loaded?.content, communicator)
    let checkpoint = try RunCheckpoint(content, file: file.directory)
    func unusable(_ problem: String) -> RunFailure {
      RunFailure(
        "the checkpoint of \(checkpoint.version.map { "version \($0)" } ?? "an older version") \(problem); "
          + "this is version \(paddlewheelVersion)")
    }
    guard let index = stages.firstIndex(where: { RunStage($0) == checkpoint.stage }) else {
      throw unusable("is of the stage \(checkpoint.stage.rawValue), which the manifest does not have")
    }
    simulation.integrator = integrator(of: stages, index, step: checkpoint.stageStep, run, system)
    let topology = simulation.domain.topology
    guard
      var snapshot = Snapshot(
        doubles: content.doubles, integers: content.integers,
        topology: (topology.atomCount, topology.moleculeCount))
    else { throw unusable("does not fit this run's system") }
    var correlator: RunCorrelator?
    let plan = try RunCorrelator.plan(in: loaded?.content, communicator)
    if let plan, !plan.isCurrent {
      // Sums of two kinds would have no meaning, and the ions' fractional coordinates at earlier samples are not known.
      snapshot.perMoleculeData = []
    } else if let plan {
      correlator = RunCorrelator(
        plan: plan, system: system, drift: run.manifest.analysis.drift, simulation: simulation, file: file)
      try correlator?.restore(from: loaded?.content, ranks: snapshot.moleculeCounts.count)
    }
    let isSampling = checkpoint.stage == .sample
    try simulation.restore(snapshot, constraints: manifest.constraints(in: stages[index]))
    var warnings = [loaded?.note].compactMap(\.self)
    if isSampling, correlator == nil, RunCorrelator.plan(manifest) != nil {
      warnings.append(
        plan == nil
          ? "the checkpoint has no correlations, and none are computed for this run"
          : "the checkpoint's correlations are of an older version, which joined paths in a cell that changes by "
            + "shortest displacements: they can't be continued, and none are computed for the rest of this run"
      )
    }
    return Resumed(
      checkpoint: checkpoint, stageIndex: index,
      restartPoint: RestartPoint(checkpoint, attempt: content.attempt, of: manifest),
      correlator: correlator, warnings: warnings)
  }

  /// The arrays of a snapshot and of ``RunCheckpoint``, from rank 0 to all; one that is missing is empty.
  private static func shared(
    _ loaded: CheckpointContent?, _ communicator: Communicator
  ) throws -> CheckpointContent {
    let content = loaded ?? CheckpointContent(attempt: 0)
    var result = CheckpointContent(
      attempt: Int(try communicator.broadcast([Int64(content.attempt)]).first ?? 0))
    func keys(_ names: some Sequence<String>, _ own: [RunCheckpoint.Key]) -> [String] {
      names.sorted() + own.map(\.rawValue)
    }
    for name in keys(Snapshot().doubles.keys, RunCheckpoint.doubleKeys) {
      result.doubles[name] = try communicator.broadcast(content.doubles[name] ?? [])
    }
    for name in keys(Snapshot.integerNames, RunCheckpoint.integerKeys) {
      result.integers[name] = try communicator.broadcast(content.integers[name] ?? [])
    }
    for name in RunCheckpoint.textKeys.map(\.rawValue) {
      result.text[name] = String(
        decoding: try communicator.broadcast(Array((content.text[name] ?? "").utf8)), as: UTF8.self)
    }
    return result
  }
}
