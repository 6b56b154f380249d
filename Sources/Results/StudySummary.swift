import Mechanism

/// `results/summary.json`: what a study found, for scripts. Errors are standard errors; a value that
/// can't be had is null and its reason stands in `notes`.
package struct StudySummary: Codable, Sendable, Equatable {
  package var study: String
  /// One for each combination of the axes other than temperature and replica.
  package var sets: [SetSummary]
  /// Every run of the study is done and was read whole.
  package var complete: Bool
  /// Runs or files left out, by name.
  package var missing: [String]
  /// The fit of the vacancy model to the sets with vacancies; nil where there are none to compare.
  package var vacancyModel: VacancyComparison?
  package var notes: [String]

  enum CodingKeys: String, CodingKey {
    case study, sets, complete, missing, notes
    case vacancyModel = "vacancy_model"
  }

  package init(study: String, sets: [SetSummary], complete: Bool, missing: [String], notes: [String]) {
    self.study = study
    self.sets = sets
    self.complete = complete
    self.missing = missing
    self.notes = notes
  }
}

/// One Arrhenius set: the same composition, masses, … at several temperatures.
package struct SetSummary: Codable, Sendable, Equatable {
  /// Value of each axis other than temperature and replica, as the manifest writes it.
  package var point: [String: String]
  /// The x of a family of structures that the cells really had; nil where there is none.
  package var composition: Double?
  package var temperatures: [TemperatureSummary]
  package var activationEnergy_eV: Double?
  package var activationEnergyError_eV: Double?
  package var prefactor_A2_per_ps: Double?
  /// Covariance of (Ea in eV, ln D0 with D0 in Å²/ps): [[var Ea, cov], [cov, var ln D0]].
  package var arrheniusCovariance: [[Double]]?
  /// Degrees of freedom of Student's t for the intervals of this set.
  package var degreesOfFreedom: Double?
  package var extrapolated: [Extrapolation]
  /// Numbers that rest on all temperatures, such as the barrier of rotation.
  package var observables: [ObservableValue] = []
  package var notes: [String]

  enum CodingKeys: String, CodingKey {
    case point, composition, temperatures, extrapolated, observables, notes
    case activationEnergy_eV = "activation_energy_eV"
    case activationEnergyError_eV = "activation_energy_error_eV"
    case prefactor_A2_per_ps = "prefactor_A2_per_ps"
    case arrheniusCovariance = "arrhenius_covariance"
    case degreesOfFreedom = "degrees_of_freedom"
  }

  package init(point: [String: String], temperatures: [TemperatureSummary]) {
    self.point = point
    self.temperatures = temperatures
    extrapolated = []
    notes = []
  }
}

/// One point: all replicas of one temperature.
package struct TemperatureSummary: Codable, Sendable, Equatable {
  package var temperature_K: Double
  package var diffusivity_A2_per_ps: Double?
  package var diffusivityError: Double?
  /// Of Student's t, for the errors of D and σ, whose intervals are symmetric in the logarithm.
  package var diffusivityDegreesOfFreedom: Double?
  /// Enough hops were seen for a diffusivity to mean anything.
  package var diffused: Bool
  /// 95 % upper bound, given when it did not diffuse.
  package var upperBound_A2_per_ps: Double?
  package var hops: Int
  /// Fraction of mobile ions whose final squared displacement reaches the cut-off.
  package var activeFraction: Double?
  /// The same by the largest squared displacement over the run.
  package var activeFractionMax: Double?
  package var activeFractionError: Double?
  /// What a homogeneous Brownian population of the same mean squared displacement would show, by the
  /// final displacement: only the difference speaks of immobile ions.
  package var activeFractionHomogeneous: Double?
  package var conductivity_mS_per_cm: Double?
  package var conductivityError: Double?
  /// What the upper bound of D makes of σ.
  package var conductivityUpperBound_mS_per_cm: Double?
  package var replicas: Int
  /// Summed over replicas.
  package var sampled_ps: Double
  package var mobileIons: Int
  /// Every other number, over all replicas.
  package var observables: [ObservableValue] = []
  package var notes: [String]

  /// The runs were long enough to tell, and the ions did not diffuse; else a missing diffusivity means runs
  /// that are too short.
  package var sawNoDiffusion: Bool {
    diffusivity_A2_per_ps == nil && notes.contains { $0.hasPrefix("did not diffuse") }
  }

  enum CodingKeys: String, CodingKey {
    case temperature_K, diffusivity_A2_per_ps, diffused, hops, replicas, sampled_ps, observables, notes
    case diffusivityError = "diffusivity_error"
    case upperBound_A2_per_ps = "upper_bound_A2_per_ps"
    case activeFraction = "active_fraction"
    case activeFractionMax = "active_fraction_max"
    case activeFractionError = "active_fraction_error"
    case activeFractionHomogeneous = "active_fraction_homogeneous"
    case conductivity_mS_per_cm = "conductivity_mS_per_cm"
    case conductivityError = "conductivity_error"
    case diffusivityDegreesOfFreedom = "diffusivity_degrees_of_freedom"
    case conductivityUpperBound_mS_per_cm = "conductivity_upper_bound_mS_per_cm"
    case mobileIons = "mobile_ions"
  }

  package init(temperature_K: Double) {
    self.temperature_K = temperature_K
    diffused = false
    hops = 0
    replicas = 0
    sampled_ps = 0
    mobileIons = 0
    notes = []
  }
}

/// A conductivity at a temperature, from the Arrhenius fit.
package struct Extrapolation: Codable, Sendable, Equatable {
  package var temperature_K: Double
  package var conductivity_mS_per_cm: Double
  /// [low, high]
  package var interval68: [Double]
  package var interval95: [Double]
  /// The temperature lies outside of those that were sampled.
  package var isExtrapolation: Bool

  enum CodingKeys: String, CodingKey {
    case temperature_K, conductivity_mS_per_cm
    case interval68 = "interval_68"
    case interval95 = "interval_95"
    case isExtrapolation = "is_extrapolation"
  }

  package init(
    temperature_K: Double, conductivity_mS_per_cm: Double, interval68: [Double], interval95: [Double],
    isExtrapolation: Bool
  ) {
    self.temperature_K = temperature_K
    self.conductivity_mS_per_cm = conductivity_mS_per_cm
    self.interval68 = interval68
    self.interval95 = interval95
    self.isExtrapolation = isExtrapolation
  }
}
