import Dynamics
import Manifest

extension RunSystem {
  /// The engine's integrator for the manifest's ensemble, thermostat, barostat and timesteps.
  func integrator(_ dynamics: DynamicsSpecification, _ run: RunSpecification) -> Integrator {
    let thermostat: (any Thermostat)? =
      switch dynamics.thermostat {
      case nil: nil
      case .noseHooverChain(let damping_ps):
        NoseHooverThermostat(temperature_K: run.temperature_K, damping_ps: damping_ps)
      case .langevin(let friction_per_ps):
        Langevin(temperature_K: run.temperature_K, friction_perPs: friction_per_ps, seed: run.seed)
      }
    return Integrator(thermostat, barostat: barostat(dynamics, run), substeps: dynamics.substeps)
  }

  private func barostat(_ dynamics: DynamicsSpecification, _ run: RunSpecification) -> Barostat? {
    guard let settings = dynamics.barostat else { return nil }
    let pressure_GPa = dynamics.pressure_GPa ?? 0
    switch settings.method {
    case .mtk(let damping_ps):
      return .martynaTobiasKlein(
        shape: settings.cell, pressure_GPa: pressure_GPa, temperature_K: run.temperature_K,
        damping_ps: damping_ps, moleculeCount: structure.moleculeCount)
    case .parrinelloRahman(let mass_amu, let friction_per_ps):
      return .parrinelloRahman(
        shape: settings.cell, pressure_GPa: pressure_GPa, temperature_K: run.temperature_K,
        latticeMass_amu: mass_amu, friction_perPs: friction_per_ps, cell: structure.cell, seed: run.seed)
    }
  }
}
