import Digest
import Dynamics
import Foundation
import MPI
import Manifest
import StudyStore
import Support
import Trajectory

/// One attempt at one run, on all ranks: relax, equilibrate, sample, from wherever the last attempt's
/// checkpoint stands.
package final class RunProcess {
  private let run: RunSpecification
  private let manifest: Manifest
  private let directory: String
  private let communicator: Communicator
  private let system: RunSystem
  private let simulation: Simulation
  private let recorder: RunRecorder
  private let checkpoints: CheckpointStore
  private let attempt: Int
  private let blocks: Int
  private let correlationFile: RunCorrelator.File
  /// Nil before the sampling stage, and where no correlations are taken.
  private var correlator: RunCorrelator?
  /// On rank 0 alone.
  private var reporter: StateReporter?
  private var stage: Stage
  private var stageStep: Int
  private var energyAtStart_eV: Double?
  /// Where a minimisation stands.
  private var minimiser: Minimiser.State?
  /// Nil where the potential has a list of bonds.
  private var bonds: BondWatch?
  private var lastCheckpoint = Date()
  private var lastFlush = Date()

  private enum Stage: String { case relax, equilibrate, sample }

  /// Steps between two agreements of the ranks on stopping and on checkpoints.
  private static let agreementInterval = 10

  init(
    study: StudyDirectory, run: RunSpecification, attempt: Int, record: AttemptRecord?, command: [String],
    communicator: Communicator
  ) throws {
    self.run = run
    self.communicator = communicator
    self.attempt = attempt
    manifest = run.manifest
    directory = study.runPath(run.index)
    checkpoints = CheckpointStore(directory: directory)
    system = try RunSystem(manifest, seed: run.seed, ranks: communicator.size)
    let isRoot = communicator.isRoot
    reporter =
      isRoot
      ? StateReporter(
        study: study, run: run, attempt: attempt, record: record, ranks: communicator.size) : nil
    simulation = try Simulation(
      structure: system.structure, topology: system.topology, settings: system.forceSettings(manifest),
      integrator: system.integrator(run), timestep_ps: manifest.dynamics.step_ps, communicator: communicator)

    bonds = BondWatch(topology: system.topology)
    let provenance = Self.provenance(study, run, command, communicator)
    correlationFile = RunCorrelator.File(
      directory: directory, attempt: attempt, identity: RunRecorder.identity(run), provenance: provenance)
    let resumed = try Self.load(
      checkpoints, manifest: manifest, system: system, simulation: simulation, file: correlationFile)
    stage = resumed.flatMap { Stage(rawValue: $0.stage) } ?? .relax
    stageStep = resumed?.stageStep ?? 0
    energyAtStart_eV = resumed?.energyAtStart_eV
    minimiser = resumed?.minimiser
    correlator = resumed?.correlator
    blocks = resumed?.blocks ?? communicator.size
    recorder = try RunRecorder(
      system: system, run: run, directory: directory, attempt: attempt, blocks: blocks,
      resumption: resumed?.resumption,
      provenance: provenance, communicator: communicator)
    try report { try $0.begin(from: resumed.map { .init(stage: $0.stage, step: $0.stageStep) } ?? .start) }
    if isRoot {
      for warning in system.warnings { reporter?.remark(warning) }
      if let resumed { reporter?.remark("resumes \(resumed.stage) at step \(resumed.stageStep)") }
      for note in [resumed?.note, resumed?.correlationNote].compactMap(\.self) {
        reporter?.remark(note)
        try reporter?.note(note)
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

  /// Goes through the stages.
  /// - Returns: false when it stopped on request, with a checkpoint.
  func complete() throws -> Bool {
    if stage == .relax {
      if !(try relax()) { return false }
      stage = .equilibrate
      stageStep = 0
      try simulation.constrain(manifest.freedoms(inSample: false))
      try simulation.start(temperature_K: run.temperature_K, seed: run.seed)
      try beginEnergy()
    }
    let equilibration = manifest.steps(of: manifest.stages.equilibrate_ps)
    if stage == .equilibrate {
      try report { try $0.begin(stage: "equilibrate", step: stageStep) }
      guard try steps(upTo: equilibration, offset: 0, series: "equilibrate") else { return false }
      stage = .sample
      stageStep = 0
      let freedoms = manifest.freedoms(inSample: true)
      if freedoms != simulation.constraints { try simulation.constrain(freedoms) }
      // The mesh of the sampled cell, not of the one that the run began with.
      if manifest.dynamics.barostat != nil { try simulation.redecompose() }
      try beginEnergy()
      if let plan = RunCorrelator.plan(manifest) {
        correlator = RunCorrelator(
          plan: plan, system: system, manifest: manifest, simulation: simulation, file: correlationFile)
      }
      if manifest.stages.sample_ps != nil { try recordSample(isLast: false) }
    }
    let sampling = manifest.steps(of: manifest.stages.sample_ps)
    try report { try $0.begin(stage: "sample", step: equilibration + stageStep) }
    let begun = (step: stageStep, date: Date())
    simulation.forceEvaluator.clock.reset()
    guard try steps(upTo: sampling, offset: equilibration, series: nil) else { return false }
    try reportPerformance(steps: sampling - begun.step, seconds: -begun.date.timeIntervalSinceNow)
    try report { try $0.checkFence() }
    try correlator?.write(step: sampling, isComplete: true)
    try recorder.finish()
    return true
  }

  /// Where the time of the sampling stage has gone: into the log, and for `run --verbose` to pass on.
  private func reportPerformance(steps: Int, seconds: Double) throws {
    guard steps > 0, seconds > 0 else { return }
    let report = try PerformanceReport(simulation, steps: steps, seconds: seconds)
    guard communicator.isRoot else { return }
    for line in report.lines {
      reporter?.remark(line)
      print("run \(run.index): \(line)")
    }
  }

  private func beginEnergy() throws { energyAtStart_eV = try simulation.observables().conservedEnergy_eV }

  /// - Returns: false when it was stopped.
  private func relax() throws -> Bool {
    guard let force = manifest.stages.relaxForce_eV_per_A else { return true }
    try report { try $0.begin(stage: "relax", step: 0) }
    var isStopped = false
    let begun = stageStep
    let cell = manifest.stages.relaxCell.map {
      Minimiser.CellTarget(
        shape: $0, pressure_GPa: manifest.dynamics.pressure_GPa ?? 0,
        tolerance_GPa: manifest.stages.relaxPressure_GPa)
    }
    let outcome = try Minimiser(tolerance_eV_A: force, cell: cell).relax(simulation, from: minimiser) {
      progress, state in
      guard progress.steps % Self.agreementInterval == 0, progress.steps != begun else { return true }
      try report { try $0.note("relax: " + Self.text(progress, hasCell: cell != nil)) }
      minimiser = state
      stageStep = state.steps
      isStopped = !(try agree(isStageEnd: false))
      return !isStopped
    }
    if isStopped { return false }
    minimiser = nil
    guard outcome.converged else {
      throw RunFailure(
        "relax: \(Self.text(outcome.progress, hasCell: cell != nil)); wanted \(force) eV/Å"
          + (cell.map { " and \($0.tolerance_GPa) GPa" } ?? ""))
    }
    return true
  }

  private static func text(_ progress: Minimiser.Progress, hasCell: Bool) -> String {
    let force = String(format: "step %d, largest force %.4f eV/Å", progress.steps, progress.largestForce_eV_A)
    return force + (hasCell ? String(format: ", pressure off by %.4f GPa", progress.largestPressure_GPa) : "")
  }

  /// Steps of one stage.
  /// - Parameters:
  ///   - offset: steps of the stages before.
  ///   - series: name of the stage in the record, nil for the sampling stage.
  private func steps(upTo last: Int, offset: Int, series: String?) throws -> Bool {
    let interval = manifest.steps(of: manifest.record.observables_ps)
    while stageStep < last {
      stageStep += 1
      let isDue = stageStep % interval == 0 || stageStep == last
      let refits = simulation.redecompositions
      try simulation.advance(wantsObservables: isDue)
      if simulation.redecompositions != refits {
        reporter?.remark(
          "the cell has changed so much that bricks and mesh were laid anew, step \(stageStep)")
      }
      simulation.forceEvaluator.clock.enter(.recording)
      var observables: Observables?
      if isDue {
        let values = try simulation.observables()
        try recorder.record(values, stage: series, step: stageStep)
        observables = values
        try watchBonds(step: offset + stageStep)
      }
      if series == nil {
        try recorder.record(simulation, step: stageStep, isLast: stageStep == last)
        try correlator?.sample(simulation, step: stageStep)
      }
      try report {
        try $0.progress(
          step: offset + stageStep, observables: observables, energyAtStart_eV: energyAtStart_eV,
          atoms: system.topology.atomCount)
      }
      simulation.forceEvaluator.clock.enter(.other)
      if stageStep % Self.agreementInterval == 0 || stageStep == last {
        guard try agree(isStageEnd: stageStep == last) else { return false }
      }
    }
    return true
  }

  /// Takes note of molecules that have come apart.
  private func watchBonds(step: Int) throws {
    let broken = try bonds?.look(at: simulation.domain) ?? []
    guard !broken.isEmpty else { return }
    try report { reporter in
      for molecule in broken {
        try reporter.takeNote(
          of: BrokenMolecule(
            kind: molecule.kind, molecule: molecule.molecule, atoms: molecule.atoms,
            distance_A: molecule.distance_A, step: step, time_ps: Double(step) * manifest.dynamics.step_ps))
      }
    }
  }

  /// The first record of the sampling stage: step 0, before any step.
  private func recordSample(isLast: Bool) throws {
    try recorder.record(try simulation.observables(), stage: nil, step: 0)
    try recorder.record(simulation, step: 0, isLast: isLast)
    try correlator?.sample(simulation, step: 0)
  }

  /// One decision of all ranks: go on, write a checkpoint, or write one and stop.
  private func agree(isStageEnd: Bool) throws -> Bool {
    let due = Date().timeIntervalSince(lastCheckpoint) >= manifest.record.checkpoint_s
    let isCancelled = reporter?.isCancelled ?? false
    let wish = StopSignal.isSet || isCancelled ? 2 : (communicator.isRoot && due) || isStageEnd ? 1 : 0
    let decision = try communicator.reduced(wish, .max)
    if decision == 0 {
      // A killed run loses no more than this, and a running one can be aggregated up to here.
      if Date().timeIntervalSince(lastFlush) > 2 {
        try recorder.flush()
        lastFlush = Date()
      }
      return true
    }
    try report { try $0.checkFence() }
    let begun = Date()
    try writeCheckpoint()
    try correlator?.write(step: stageStep, isDue: decision == 2)
    if decision == 2 { try recorder.close() }
    try report { $0.took(checkpoint_s: -begun.timeIntervalSinceNow) }
    return decision == 1
  }

  private func report(_ body: (inout StateReporter) throws -> Void) throws {
    guard var copy = reporter else { return }
    try body(&copy)
    reporter = copy
  }

  var reasonToStop: String { reporter?.isCancelled ?? false ? StateReporter.cancelled : "stopped on request" }

  func end(_ phase: RunState.Phase, message: String?) throws {
    try report { try $0.end(phase, message: message) }
  }
}

// MARK: checkpoints

extension RunProcess {
  /// What a checkpoint says beside the state of the simulation.
  private struct Resumed {
    var stage: String
    var stageStep: Int
    var energyAtStart_eV: Double?
    var minimiser: Minimiser.State?
    var blocks: Int
    var resumption: RestartPoint
    var note: String?
    var correlator: RunCorrelator?
    var correlationNote: String?
  }

  private func writeCheckpoint() throws {
    try recorder.synchronize()
    let snapshot = try simulation.snapshot()
    var correlations = CheckpointContent(attempt: attempt)
    try correlator?.save(to: &correlations)
    if communicator.isRoot {
      let steps = try JSONEncoder().encode(recorder.lastSteps)
      var content = CheckpointContent(
        attempt: attempt, doubles: snapshot.doubles, integers: snapshot.integers,
        text: ["stage": stage.rawValue, "last_steps": String(decoding: steps, as: UTF8.self)])
      content.doubles.merge(correlations.doubles) { $1 }
      content.text.merge(correlations.text) { $1 }
      content.integers["stage_step"] = [Int64(stageStep)]
      content.integers["blocks"] = [Int64(blocks)]
      if let minimiser { content.doubles["minimiser"] = minimiser.doubles }
      if let energyAtStart_eV { content.doubles["energy_at_start"] = [energyAtStart_eV] }
      try checkpoints.write(content)
    }
    try communicator.barrier()
    lastCheckpoint = Date()
    reporter?.remark("checkpoint in \(stage.rawValue) at step \(stageStep)")
  }

  /// Where the newest good checkpoint in a run's directory stands; nil without one.
  package static func progress(in directory: String) -> AttemptRecord.Progress? {
    guard let content = try? CheckpointStore(directory: directory).loadNewest()?.content,
      let stage = content.text["stage"], let step = content.integers["stage_step"]?.first
    else { return nil }
    return AttemptRecord.Progress(stage: stage, step: Int(step))
  }

  /// Rank 0 reads; all ranks take over.
  private static func load(
    _ store: CheckpointStore, manifest: Manifest, system: RunSystem, simulation: Simulation,
    file: RunCorrelator.File
  ) throws -> Resumed? {
    let communicator = simulation.domain.communicator
    let loaded = communicator.isRoot ? try store.loadNewest() : nil
    guard try communicator.reduced(loaded == nil ? 0 : 1, .max) == 1 else { return nil }
    let content = loaded?.content ?? CheckpointContent(attempt: 0)
    func shared(_ name: String) throws -> [Double] { try communicator.broadcast(content.doubles[name] ?? []) }
    func shared(_ name: String) throws -> [Int64] { try communicator.broadcast(content.integers[name] ?? []) }
    func shared(_ name: String) throws -> String {
      String(decoding: try communicator.broadcast(Array((content.text[name] ?? "").utf8)), as: UTF8.self)
    }
    var doubles: [String: [Double]] = [:]
    var integers: [String: [Int64]] = [:]
    for name in Snapshot().doubles.keys.sorted() { doubles[name] = try shared(name) }
    for name in Snapshot.integerNames { integers[name] = try shared(name) }
    let topology = simulation.domain.topology
    guard
      let snapshot = Snapshot(
        doubles: doubles, integers: integers, topology: (topology.atomCount, topology.moleculeCount))
    else { throw RunFailure("the checkpoint does not fit this run's system") }
    let stage: String = try shared("stage")
    var correlator: RunCorrelator?
    if let plan = try RunCorrelator.plan(in: loaded?.content, communicator) {
      correlator = RunCorrelator(
        plan: plan, system: system, manifest: manifest, simulation: simulation, file: file)
      try correlator?.restore(from: loaded?.content, ranks: snapshot.moleculeCounts.count)
    }
    let isWithout = stage == Stage.sample.rawValue && correlator == nil && RunCorrelator.plan(manifest) != nil
    try simulation.restore(
      snapshot,
      constraints: stage == Stage.relax.rawValue
        ? [:] : manifest.freedoms(inSample: stage == Stage.sample.rawValue))
    let energy: [Double] = try shared("energy_at_start")
    let minimiser: [Double] = try shared("minimiser")
    let step: [Int64] = try shared("stage_step")
    let blocks: [Int64] = try shared("blocks")
    let steps: String = try shared("last_steps")
    let attempt = try communicator.broadcast([Int64(content.attempt)])
    guard let stageStep = step.first, let blockCount = blocks.first, let from = attempt.first else {
      throw RunFailure("the checkpoint does not say where it stands")
    }
    return Resumed(
      stage: stage, stageStep: Int(stageStep), energyAtStart_eV: energy.first,
      minimiser: Minimiser.State(minimiser),
      blocks: Int(blockCount),
      resumption: RestartPoint(
        attempt: Int(from), lastSteps: try JSONDecoder().decode([String: Int].self, from: Data(steps.utf8))),
      note: loaded?.note, correlator: correlator,
      correlationNote: isWithout
        ? "the checkpoint is of a version that took no correlations during the run: this run has none" : nil)
  }
}
