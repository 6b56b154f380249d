import Foundation
import Support
import Units

extension RangeFinding {
  /// What was found: `5 fs`.
  private var found: String {
    switch kind {
    case .hot(let value), .cold(let value): Quantity.print(value, as: .temperature)
    case .timestepOfBond(let value, _), .longStepOfBond(let value, _), .timestep(let value),
      .longThermostatDamping(let value),
      .longBarostatDamping(let value), .shortThermostatDamping(let value, _),
      .shortBarostatDamping(let value, _):
      Quantity.print(value, as: .time)
    case .strongFriction(let value), .frictionInOneStep(let value, _): Quantity.print(value, as: .rate)
    case .pressure(let value): Quantity.print(value, as: .pressure)
    }
  }

  /// What is usual, and why.
  private var usual: String {
    switch kind {
    case .hot:
      "usual are 300 K to 1500 K: above some \(kelvin(UsualRanges.hot_K.warning)) salts melt and molecules break, "
        + "which no potential with fixed bonds describes; results at more than "
        + "\(kelvin(UsualRanges.hot_K.error)) have no meaning"
    case .cold:
      "usual are 300 K to 1500 K: nuclei are classical here, and below \(kelvin(UsualRanges.cold_K)) nothing diffuses"
    case .timestepOfBond(_, let vibration): usual(vibration)
    case .longStepOfBond(_, let vibration):
      "the \(vibration.bond) bonds of \(vibration.molecule) have a period of \(femtoseconds(vibration.period_ps)): beyond a "
        + "tenth of it, \(femtoseconds(vibration.period_ps / 10)), the kicks of a machine-learned potential less its reference "
        + "resonate with them, and single bonds gain energy until they break; heavier hydrogen allows longer steps"
    case .timestep:
      "usual are 1 fs to 4 fs: single ions and rigid ones rattle and librate with periods from about 50 fs on"
    case .shortThermostatDamping(_, let timestep_ps):
      "usual are about 100 timesteps, here \(femtoseconds(100 * timestep_ps)): a faster thermostat is not integrated "
        + "well, and overrides the motion of the ions"
    case .longThermostatDamping:
      "usual are 0.05 ps to 1 ps: with a slower thermostat the temperature is not reached in a usual run"
    case .strongFriction: "usual are 0.1 /ps to 10 /ps: stronger friction slows the diffusion"
    case .frictionInOneStep(_, let timestep_ps):
      "usual are 0.1 /ps to 10 /ps: this one stops all motion within a timestep of \(femtoseconds(timestep_ps))"
    case .shortBarostatDamping(_, let timestep_ps):
      "usual are about 1000 timesteps, here \(femtoseconds(1000 * timestep_ps)): the cell must be slower than the "
        + "sound that crosses it"
    case .longBarostatDamping:
      "usual are 0.5 ps to 10 ps: a slower cell does not reach the pressure in a usual run"
    case .pressure: "usual are 0 GPa to 10 GPa; 1 GPa is 10 kbar, or 9869 atm"
    }
  }

  private func usual(_ vibration: Vibration) -> String {
    let period = vibration.period_ps
    let source = vibration.isEstimated ? "usually have" : "have with this potential"
    return
      "the \(vibration.bond) bonds of \(vibration.molecule) \(source) a period of \(femtoseconds(period)), of which "
      + "a tenth is usual, up to \(femtoseconds(period / 10)), and a quarter, \(femtoseconds(period / 4)), the "
      + "most that can be integrated; dynamics.rigid: [\(vibration.molecule)] allows 4 fs"
  }

  /// For a warning, without the place: `dynamics.timestep: 2 fs: …`.
  package var warning: String { "\(key): \(found): \(usual)" }

  /// For one that is an error, without the place.
  package var error: InputError {
    InputError(key: key, found: found, wanted: "a usual value", message: usual)
  }

  private func kelvin(_ value: Double) -> String { Quantity.print(value, as: .temperature) }
  private func femtoseconds(_ value_ps: Double) -> String { String(format: "%.3g fs", value_ps * 1000) }
}
