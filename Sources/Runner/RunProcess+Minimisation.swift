import Dynamics
import Foundation
import Manifest
import StudyStore
import Support

extension RunProcess {
  /// Runs a stage that minimises the energy.
  /// - Returns: false when it was stopped.
  /// - Throws: ``RunFailure`` where it does not converge.
  func minimise(_ settings: MinimisationStage) throws -> Bool {
    var isStopped = false
    let begun = stageStep
    let cell = settings.cell.map {
      Minimiser.CellTarget(shape: $0, pressure_GPa: stage.pressure_GPa, tolerance_GPa: settings.tolerance_GPa)
    }
    var last: LastGoodState?
    let minimiserOfStage = Minimiser(tolerance_eV_A: settings.force_eV_per_A, cell: cell)
    let outcome = try keepingLastGood(state: { last }) {
      try minimiserOfStage.relax(simulation, from: minimiser) { progress, state in
        countStep()
        if engine != nil {
          last = try LastGoodState(
            snapshot: simulation.snapshot(), stageStep: state.steps, minimiser: state,
            energyAtStart_eV: energyAtStart_eV)
          if cell != nil { try requireVirial() }
        }
        guard progress.steps % agreementInterval == 0, progress.steps != begun else { return true }
        try report { try $0.minimisation(Self.text(progress, hasCell: cell != nil)) }
        minimiser = state
        stageStep = state.steps
        isStopped = !(try agree(isStageEnd: false))
        return !isStopped
      }
    }
    if isStopped { return false }
    minimiser = nil
    guard outcome.converged else {
      throw RunFailure(
        "\(stage.name) did not converge: \(Self.text(outcome.progress, hasCell: cell != nil)); wanted "
          + "\(settings.force_eV_per_A) eV/Å" + (cell.map { " and \($0.tolerance_GPa) GPa" } ?? ""))
    }
    return true
  }

  private static func text(_ progress: Minimiser.Progress, hasCell: Bool) -> String {
    let force = String(format: "step %d, largest force %.4f eV/Å", progress.steps, progress.largestForce_eV_A)
    return force + (hasCell ? String(format: ", pressure off by %.4f GPa", progress.largestPressure_GPa) : "")
  }

  // MARK: integrators

  /// The integrator of a stage at one of its steps, with new variables. A minimisation has that of the next stage of
  /// dynamics, or else of the last one.
  static func integrator(
    of stages: [StageSettings], _ index: Int, step: Int, _ run: RunSpecification, _ system: RunSystem
  ) -> Integrator {
    let isMoving: (StageSettings) -> Bool = { $0.minimisation == nil }
    let dynamics = run.manifest.simulated?.dynamics ?? DynamicsSpecification()
    if isMoving(stages[index]) {
      return system.integrator(stages[index], step: step, dynamics, seed: run.seed)
    }
    let stage =
      stages[index...].first(where: isMoving) ?? stages.last(where: isMoving)
      ?? run.manifest.simulated?.plainSettings(at: run.temperature_K)
    guard let stage else { return Integrator(substeps: dynamics.substeps) }
    return system.integrator(stage, dynamics, seed: run.seed)
  }
}
