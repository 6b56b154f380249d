import Dynamics
import Foundation
import Manifest
import Mathematics
import StudyStore
import Support

extension RunProcess {
  /// Runs the stages that are left.
  /// - Returns: false when it stopped on request, with a checkpoint.
  func complete() throws -> Bool {
    // Whoever looks at the run's files sees that it lives, however long a step takes.
    engine?.whileWaiting = { [unowned self] in try report { try $0.beat() } }
    if !isResumed { try beginStage() }
    while true {
      try report { try $0.begin(stage: RunStage(stage), step: taken, summary: stage.summary) }
      guard try stage.minimisation.map(minimise) ?? integrateStage() else { return false }
      guard stageIndex + 1 < stages.count else { break }
      stageIndex += 1
      stageStep = 0
      try beginStage()
    }
    try report { try $0.checkFence() }
    try correlator?.write(step: stageStep, isComplete: true)
    try recorder.finish()
    return true
  }

  /// The steps of the dynamics so far, of all stages.
  var taken: Int {
    stages[..<stageIndex].reduce(0) { $0 + $1.steps } + (stage.minimisation == nil ? stageStep : 0)
  }

  /// Whether the stage after this one begins with the mean cell of this one.
  private var isCellAveraged: Bool {
    stageIndex + 1 < stages.count && stages[stageIndex + 1].startsAtMeanCell
  }

  // MARK: the beginning of a stage

  private func beginStage() throws {
    let constraints = manifest.constraints(in: stage)
    guard stage.minimisation == nil else {
      if constraints != simulation.constraints { try simulation.constrain(constraints) }
      simulation.integrator = Self.integrator(of: stages, stageIndex, step: 0, run, system)
      return
    }
    if stageIndex == 0 || stages[stageIndex - 1].minimisation != nil {
      try beginMotion(constraints)
    } else {
      try continueMotion(after: stages[stageIndex - 1], constraints)
    }
    meanCell = AveragedCell()
    try beginEnergy()
    if engine != nil, try simulation.forces.virial == Tensor3() {
      if stage.barostat != nil { try requireVirial() }
      reporter?.log.warning(
        "the engine gives no virial: the pressures of \(stage.name) are those of the motion alone")
    }
    try beginRecord()
  }

  /// A first stage of dynamics, and one after a minimisation, which leaves no velocities.
  private func beginMotion(_ constraints: [String: MotionConstraint]) throws {
    simulation.integrator = Self.integrator(of: stages, stageIndex, step: 0, run, system)
    try simulation.constrain(constraints)
    let drawings = stages[..<stageIndex].count { $0.minimisation == nil }
    try simulation.start(
      temperature_K: stage.temperature.from_K,
      seed: drawings == 0 ? run.seed : derivedSeed(from: run.seed, replica: drawings))
    if stage.isSample, stage.barostat != nil { try simulation.redecompose() }
  }

  private func continueMotion(after last: StageSettings, _ constraints: [String: MotionConstraint]) throws {
    var integrator = Self.integrator(of: stages, stageIndex, step: 0, run, system)
    integrator.takeVariables(
      of: simulation.integrator, thermostat: stage.thermostat == last.thermostat,
      barostat: stage.barostat == last.barostat)
    simulation.integrator = integrator
    if constraints != simulation.constraints { try simulation.constrain(constraints) }
    if stage.startsAtMeanCell {
      guard let cell = meanCell.cell else { throw RunFailure("the stage \(last.name) has no mean cell") }
      try simulation.changeCell(to: cell)
      reporter?.log.info(
        "\(stage.name) begins with the mean cell of \(last.name): \(String(format: "%.3f", cell.volume)) Å³")
    } else if stage.isSample, stages[...stageIndex].contains(where: { $0.barostat != nil }) {
      // The mesh fits the equilibrated cell, not the initial one.
      try simulation.redecompose()
    }
  }

  private func beginEnergy() throws { energyAtStart_eV = try simulation.observables().conservedEnergy_eV }

  /// The first record of a stage of which frames are recorded: step 0, before any step.
  private func beginRecord() throws {
    if stage.isSample, let plan = RunCorrelator.plan(manifest) {
      correlator = RunCorrelator(
        plan: plan, system: system, drift: run.manifest.analysis.drift, simulation: simulation,
        file: correlationFile)
    }
    guard stage.records else { return }
    let observables = try simulation.observables()
    try recorder.record(observables, byKind: watchPotential(observables), stage: series, step: 0)
    try recorder.record(simulation, stage: series, step: 0, isLast: false)
    if stage.isSample { try correlator?.sample(simulation, step: 0) }
  }

  /// The name of the stage's series of observables; that of the sampling stage has none.
  private var series: String? { stage.isSample ? nil : stage.name }

  // MARK: dynamics

  private func integrateStage() throws -> Bool {
    let begun = (step: stageStep, watch: Stopwatch())
    if stage.isSample { simulation.forceEvaluator.clock.reset() }
    guard try integrate(upTo: stage.steps) else { return false }
    if stage.isSample {
      try reportPerformance(steps: stage.steps - begun.step, seconds: begun.watch.elapsed_s)
    }
    return true
  }

  /// Integrates the equations of motion to the end of the stage.
  /// - Returns: false when it was stopped.
  private func integrate(upTo last: Int) throws -> Bool {
    let interval = manifest.steps(of: manifest.record.observables_ps)
    while stageStep < last {
      let good = try engine.map { _ in try present }
      stageStep += 1
      let isDue = stageStep % interval == 0 || stageStep == last
      try keepingLastGood(state: { good }) { try advance(wantsObservables: isDue) }
      countStep()
      simulation.forceEvaluator.clock.enter(.recording)
      var observables: Observables?
      if isDue {
        let values = try simulation.observables()
        try recorder.record(values, byKind: watchPotential(values), stage: series, step: stageStep)
        observables = values
        try watchBonds(step: taken)
      }
      if stage.records {
        try recorder.record(simulation, stage: series, step: stageStep, isLast: stageStep == last)
        if stage.isSample { try correlator?.sample(simulation, step: stageStep) }
      }
      try report {
        try $0.progress(
          step: taken, observables: observables, energyAtStart_eV: energyAtStart_eV,
          atoms: system.topology.atomCount)
      }
      simulation.forceEvaluator.clock.enter(.other)
      if stageStep % agreementInterval == 0 || stageStep == last {
        guard try agree(isStageEnd: stageStep == last) else { return false }
      }
    }
    return true
  }

  /// One step of the stage, with its target temperature and for its mean cell.
  private func advance(wantsObservables: Bool) throws {
    if stage.temperature.isRamp {
      let change_eV = simulation.setTemperature(
        stage.temperature.target_K(step: stageStep, of: stage.steps))
      // What changes with the target is no drift of the energy. The reservoir's energy is on rank 0.
      energyAtStart_eV = energyAtStart_eV.map { $0 + change_eV }
    }
    let before = simulation.domain.cell
    let redecompositions = simulation.redecompositions
    try simulation.advance(wantsObservables: wantsObservables)
    if simulation.redecompositions != redecompositions {
      reporter?.log.notice("the decomposition and the mesh are rebuilt for the new cell, step \(stageStep)")
    }
    if isCellAveraged, AveragedCell.counts(step: stageStep, of: stage.steps) {
      meanCell.add(simulation.domain.cell, after: before)
    }
  }

  /// Logs how the time of the sampling stage divides up; `run --verbose` prints it too.
  private func reportPerformance(steps: Int, seconds: Double) throws {
    guard steps > 0, seconds > 0 else { return }
    let report = try PerformanceReport(simulation, steps: steps, seconds: seconds)
    guard communicator.isRoot else { return }
    for line in report.lines {
      reporter?.log.info("\(line)")
      StandardOutput.print("run \(run.index): \(line)")
    }
  }

  /// Records molecules that have dissociated.
  private func watchBonds(step: Int) throws {
    let broken = try bonds?.look(at: simulation.domain) ?? []
    guard !broken.isEmpty else { return }
    try report { reporter in
      for molecule in broken {
        try reporter.record(
          BrokenMolecule(
            kind: molecule.kind, molecule: molecule.molecule, atoms: molecule.atoms,
            distance_A: molecule.distance_A, step: step, time_ps: Double(step) * manifest.dynamics.step_ps))
      }
    }
  }
}
