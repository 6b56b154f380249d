import Dynamics
import Manifest

extension RunSystem {
  /// The engine's integrator for a stage at one of its steps, with new variables.
  /// - Parameter dynamics: has the timesteps.
  func integrator(_ stage: StageSettings, step: Int = 0, _ dynamics: DynamicsSpecification, seed: UInt64)
    -> Integrator
  {
    let temperature_K = stage.temperature.target_K(step: step, of: stage.steps)
    let thermostat: (any Thermostat)? =
      switch stage.thermostat {
      case nil: nil
      case .noseHooverChain(let damping_ps):
        NoseHooverThermostat(temperature_K: temperature_K, damping_ps: damping_ps)
      case .langevin(let friction_per_ps):
        Langevin(temperature_K: temperature_K, friction_perPs: friction_per_ps, seed: seed)
      }
    return Integrator(
      thermostat, barostat: barostat(stage, temperature_K: temperature_K, seed: seed),
      substeps: dynamics.substeps)
  }

  private func barostat(_ stage: StageSettings, temperature_K: Double, seed: UInt64) -> Barostat? {
    guard let settings = stage.barostat else { return nil }
    switch settings.method {
    case .mtk(let damping_ps):
      return .martynaTobiasKlein(
        shape: settings.cell, pressure_GPa: stage.pressure_GPa, temperature_K: temperature_K,
        damping_ps: damping_ps, moleculeCount: structure.moleculeCount)
    case .parrinelloRahman(let mass_amu, let friction_per_ps):
      return .parrinelloRahman(
        shape: settings.cell, pressure_GPa: stage.pressure_GPa, temperature_K: temperature_K,
        latticeMass_amu: mass_amu, friction_perPs: friction_per_ps, cell: structure.cell, seed: seed)
    }
  }
}

extension SimulationSpecification {
  /// Which coordinates are constrained in a stage, by species.
  func constraints(in stage: StageSettings) -> [String: MotionConstraint] {
    guard stage.minimisation == nil else { return [:] }
    var result = dynamics.rigid.reduce(into: [String: MotionConstraint]()) { $0[$1] = .rigid }
    for (name, mode) in stage.freeze {
      result[name] = mode == .all ? .frozen : result[name] == .rigid ? .rigidNonRotating : .rotationFixed
    }
    return result
  }
}
