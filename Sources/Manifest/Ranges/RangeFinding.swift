/// A setting that is far from what is usual.
package struct RangeFinding: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case hot(K: Double)
    case cold(K: Double)
    /// More than a small part of the period of a bond that can stretch.
    case timestepOfBond(ps: Double, Vibration)
    /// The outer one of a multiple timestep whose reference is not the potential that is sampled.
    case longStepOfBond(ps: Double, Vibration)
    /// Of a system in which no bond can stretch, or the outer one of a multiple timestep.
    case timestep(ps: Double)
    case shortThermostatDamping(ps: Double, timestep_ps: Double)
    case longThermostatDamping(ps: Double)
    case strongFriction(per_ps: Double)
    /// Of the thermostat or the lattice: it acts within one step.
    case frictionInOneStep(per_ps: Double, timestep_ps: Double)
    case shortBarostatDamping(ps: Double, timestep_ps: Double)
    case longBarostatDamping(ps: Double)
    case pressure(GPa: Double)
  }

  package var kind: Kind
  /// The manifest's key.
  package var key: String
  /// Whether the run can have no sensible result.
  package var isError: Bool
}

/// The limits of what is usual, and of what can work at all.
package enum UsualRanges {
  /// Above it most salts have melted, and above the second no molecule is bound.
  static let hot_K = (warning: 2500.0, error: 10_000.0)
  /// Below it nuclei are not classical, and nothing diffuses.
  static let cold_K = 20.0
  /// Steps in a period: Verlet integration is unstable below π of them, and the energy drifts below about 8.
  static let stepsOfPeriod = (warning: 8.0, error: 4.0)
  /// Outer steps in a period, where the bonds feel the difference of a potential and its reference once a step. Measured
  /// on Na2B12H12 (docs/nep.md): at 7 and 9.5 a bond broke in half of the runs, at 14 in none.
  static let longStepsOfPeriod = 10.0
  /// Of rigid molecules and single atoms.
  static let timestep_ps = (warning: 0.005, error: 0.0125)
  /// In timesteps.
  static let thermostatSteps = (warning: 20.0, error: 4.0)
  static let thermostat_ps = 20.0
  static let friction_per_ps = 100.0
  static let barostatSteps = (warning: 100.0, error: 20.0)
  static let barostat_ps = 100.0
  static let pressure_GPa = 50.0
}
