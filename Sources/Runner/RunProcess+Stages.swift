import Dynamics
import Foundation
import Manifest
import StudyStore
import Support

extension RunProcess {
  /// Runs the stages that are left.
  /// - Returns: false when it stopped on request, with a checkpoint.
  func complete() throws -> Bool {
    if stage == .relax {
      guard try relax() else { return false }
      stage = .equilibrate
      stageStep = 0
      try simulation.constrain(manifest.constraints(inSample: false))
      try simulation.start(temperature_K: run.temperature_K, seed: run.seed)
      try beginEnergy()
    }
    let equilibration = manifest.steps(of: manifest.stages.equilibrate_ps)
    if stage == .equilibrate {
      try report { try $0.begin(stage: .equilibrate, step: stageStep) }
      guard try integrate(upTo: equilibration, offset: 0) else { return false }
      stage = .sample
      stageStep = 0
      try beginSampling()
    }
    return try sample(offset: equilibration)
  }

  private func beginSampling() throws {
    let constraints = manifest.constraints(inSample: true)
    if constraints != simulation.constraints { try simulation.constrain(constraints) }
    // The mesh fits the equilibrated cell, not the initial one.
    if manifest.dynamics.barostat != nil { try simulation.redecompose() }
    try beginEnergy()
    if let plan = RunCorrelator.plan(manifest) {
      correlator = RunCorrelator(
        plan: plan, system: system, drift: run.manifest.analysis.drift, simulation: simulation,
        file: correlationFile)
    }
    guard manifest.stages.sample_ps != nil else { return }
    // The first record: step 0, before any step.
    try recorder.record(try simulation.observables(), stage: nil, step: 0)
    try recorder.record(simulation, step: 0, isLast: false)
    try correlator?.sample(simulation, step: 0)
  }

  /// - Parameter offset: steps of the stages before.
  private func sample(offset: Int) throws -> Bool {
    let sampling = manifest.steps(of: manifest.stages.sample_ps)
    try report { try $0.begin(stage: .sample, step: offset + stageStep) }
    let begun = (step: stageStep, watch: Stopwatch())
    simulation.forceEvaluator.clock.reset()
    guard try integrate(upTo: sampling, offset: offset) else { return false }
    try reportPerformance(steps: sampling - begun.step, seconds: begun.watch.elapsed_s)
    try report { try $0.checkFence() }
    try correlator?.write(step: sampling, isComplete: true)
    try recorder.finish()
    return true
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

  private func beginEnergy() throws { energyAtStart_eV = try simulation.observables().conservedEnergy_eV }

  // MARK: minimisation

  /// - Returns: false when it was stopped.
  /// - Throws: ``RunFailure`` where it does not converge.
  private func relax() throws -> Bool {
    guard let force = manifest.stages.relaxForce_eV_per_A else { return true }
    try report { try $0.begin(stage: .relax, step: 0) }
    var isStopped = false
    let begun = stageStep
    let cell = manifest.stages.relaxCell.map {
      Minimiser.CellTarget(
        shape: $0, pressure_GPa: manifest.dynamics.pressure_GPa ?? 0,
        tolerance_GPa: manifest.stages.relaxPressure_GPa)
    }
    let outcome = try Minimiser(tolerance_eV_A: force, cell: cell).relax(simulation, from: minimiser) {
      progress, state in
      countStep()
      guard progress.steps % Self.agreementInterval == 0, progress.steps != begun else { return true }
      try report { try $0.minimisation(Self.text(progress, hasCell: cell != nil)) }
      minimiser = state
      stageStep = state.steps
      isStopped = !(try agree(isStageEnd: false))
      return !isStopped
    }
    if isStopped { return false }
    minimiser = nil
    guard outcome.converged else {
      throw RunFailure(
        "relax did not converge: \(Self.text(outcome.progress, hasCell: cell != nil)); wanted \(force) eV/Å"
          + (cell.map { " and \($0.tolerance_GPa) GPa" } ?? ""))
    }
    return true
  }

  private static func text(_ progress: Minimiser.Progress, hasCell: Bool) -> String {
    let force = String(format: "step %d, largest force %.4f eV/Å", progress.steps, progress.largestForce_eV_A)
    return force + (hasCell ? String(format: ", pressure off by %.4f GPa", progress.largestPressure_GPa) : "")
  }

  // MARK: dynamics

  /// Integrates the equations of motion to the end of the stage.
  /// - Parameter offset: steps of the stages before.
  /// - Returns: false when it was stopped.
  private func integrate(upTo last: Int, offset: Int) throws -> Bool {
    // The series of the sampling stage has no name.
    let series = stage == .sample ? nil : stage.rawValue
    let interval = manifest.steps(of: manifest.record.observables_ps)
    while stageStep < last {
      stageStep += 1
      let isDue = stageStep % interval == 0 || stageStep == last
      let redecompositions = simulation.redecompositions
      try simulation.advance(wantsObservables: isDue)
      if simulation.redecompositions != redecompositions {
        reporter?.log.notice("the decomposition and the mesh are rebuilt for the new cell, step \(stageStep)")
      }
      countStep()
      simulation.forceEvaluator.clock.enter(.recording)
      var observables: Observables?
      if isDue {
        let values = try simulation.observables()
        try recorder.record(values, stage: series, step: stageStep)
        observables = values
        try watchBonds(step: offset + stageStep)
      }
      if stage == .sample {
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
