import Checkpoints
import Dynamics
import Foundation
import Manifest
import StudyStore
import Trajectory

/// Whether a run can go on from a checkpoint: a right checksum says that the file is as it was written, not that it was
/// written for this run.
struct CheckpointCheck {
  let run: RunSpecification
  let manifest: SimulationSpecification
  let stages: [StageSettings]
  let system: RunSystem
  let simulation: Simulation
  let file: RunCorrelator.File

  /// At most spent on the values of earlier records.
  private static let recordTime_s = 60.0

  /// - Parameter path: of the checkpoint.
  /// - Throws: `RecordError` naming file and field; `RecordProblem`, `HDF5Error` for records that it builds on.
  func check(_ content: CheckpointContent, path: String) throws {
    let checkpoint = try RunCheckpoint(content, file: path)
    do {
      guard let index = stages.firstIndex(where: { RunStage($0) == checkpoint.stage }) else {
        throw StateFault(
          field: "text/stage", found: "'\(checkpoint.stage.rawValue)'",
          wanted: "a stage of the run: \(stages.map(\.name).joined(separator: ", "))")
      }
      try checkSteps(checkpoint, at: index, simulationStep: content.integers["step"]?.first ?? -1)
      simulation.integrator = RunProcess.integrator(
        of: stages, index, step: checkpoint.stageStep, run, system)
      try checkState(content)
      try checkMinimiser(checkpoint, stages[index])
      try checkMeanCell(checkpoint, at: index)
    } catch let fault as StateFault {
      throw RecordError(
        file: path, place: "/\(fault.field)", message: "found \(fault.found), wanted \(fault.wanted)")
    }
    guard content.attempt >= 1, content.attempt < file.attempt else {
      throw RecordError(
        file: path, place: "/@attempt", message: "found \(content.attempt), wanted one before \(file.attempt)"
      )
    }
    let plan = RunRecorder.plan(
      system, manifest, identity: RunRecorder.identity(run), blocks: try blocks(checkpoint, path))
    try RestartCheck.check(
      directory: file.directory,
      from: RestartPoint(attempt: content.attempt, lastSteps: checkpoint.lastSteps), plan: plan,
      seconds: Self.recordTime_s)
  }

  /// The attempt without which the run can go on, where no checkpoint can be used.
  func damagedAttempt(in store: CheckpointStore) -> Int {
    let known = store.attempts().values.compactMap { $0 }.filter { (1..<file.attempt).contains($0) }
    return known.min() ?? max(1, file.attempt - 1)
  }

  /// As many blocks as files: no more than the run can have.
  private func blocks(_ checkpoint: RunCheckpoint, _ path: String) throws -> Int {
    guard checkpoint.blocks <= system.topology.moleculeCount else {
      throw RecordError(
        file: path, place: "/integers/blocks",
        message: "found \(checkpoint.blocks), wanted at most \(system.topology.moleculeCount)")
    }
    return checkpoint.blocks
  }

  private func checkSteps(_ checkpoint: RunCheckpoint, at index: Int, simulationStep: Int64) throws {
    let stage = stages[index]
    let isMinimisation = stage.minimisation != nil
    let largest = isMinimisation ? Minimiser(tolerance_eV_A: 1).largestSteps : stage.steps
    let step = checkpoint.stageStep
    guard step <= largest else {
      throw StateFault(
        field: "integers/stage_step", found: "\(step)", wanted: "at most the \(largest) steps of the stage")
    }
    let taken = stages[..<index].reduce(0) { $0 + $1.steps } + (isMinimisation ? 0 : step)
    guard simulationStep == Int64(taken) else {
      throw StateFault(
        field: "integers/stage_step",
        found: "\(step) steps of the stage and step \(simulationStep) of the dynamics",
        wanted: "step \(taken) of the dynamics")
    }
    for (series, interval) in intervals(stage) {
      let last = checkpoint.lastSteps[series]
      let isWithin =
        last.map { (step / interval * interval)...step ~= $0 } ?? (step < interval && series.contains("/"))
      guard isWithin else {
        throw StateFault(
          field: "text/last_steps",
          found: last.map { "\(series) up to step \($0)" } ?? "no steps of \(series)",
          wanted: "records every \(interval) steps up to step \(step)")
      }
    }
  }

  /// Steps between the records of the series that a stage has.
  private func intervals(_ stage: StageSettings) -> [String: Int] {
    guard stage.minimisation == nil else { return [:] }
    let observables = max(1, manifest.steps(of: manifest.record.observables_ps))
    var result = [
      stage.isSample ? RecordSeries.observables : RecordSeries.stage(stage.name): observables
    ]
    let plan = RunRecorder.plan(system, manifest, identity: "", blocks: 1)
    let wanted = stage.isSample ? nil : stage.name
    for group in plan.groups where !group.members.isEmpty && RecordSeries.stage(ofGroup: group.name) == wanted
    {
      result[group.name] = group.intervalSteps
    }
    return result
  }

  private func checkState(_ content: CheckpointContent) throws {
    let ranks = content.integers["molecule_counts"]?.count ?? 0
    guard ranks >= 1, ranks <= system.topology.moleculeCount else {
      throw StateFault(
        field: "integers/molecule_counts", found: "\(ranks) ranks",
        wanted: "1 to \(system.topology.moleculeCount)")
    }
    let words = try RunCorrelator.check(
      content, planned: RunCorrelator.plan(manifest), system: system, drift: run.manifest.analysis.drift,
      ranks: ranks, communicator: simulation.domain.communicator)
    let changes = stages.contains { $0.barostat != nil || $0.minimisation?.cell != nil }
    try simulation.check(
      doubles: content.doubles, integers: content.integers, cellChange: changes ? .near : .none,
      perMoleculeWords: words)
  }

  private func checkMinimiser(_ checkpoint: RunCheckpoint, _ stage: StageSettings) throws {
    guard !checkpoint.minimiser.isEmpty else { return }
    guard let state = Minimiser.State(checkpoint.minimiser), stage.minimisation != nil,
      state.steps == checkpoint.stageStep
    else {
      throw StateFault(
        field: "doubles/minimiser", found: "\(checkpoint.minimiser.prefix(4))",
        wanted: "the state of a minimisation at step \(checkpoint.stageStep)")
    }
  }

  /// The sums over the second half of a stage, where the next one begins with the mean cell.
  private func checkMeanCell(_ checkpoint: RunCheckpoint, at index: Int) throws {
    let step = checkpoint.stageStep
    let isWanted = index + 1 < stages.count && stages[index + 1].startsAtMeanCell
    let count = isWanted ? max(0, step - stages[index].steps / 2) : 0
    guard let mean = AveragedCell(checkpoint.meanCell), mean.count == count else {
      throw StateFault(
        field: "doubles/mean_cell", found: "\(checkpoint.meanCell.prefix(4))",
        wanted: count == 0 ? "nothing" : "sums over \(count) cells")
    }
  }
}
