/// `results/summary.json`: what a study found, for scripts. Errors are standard errors; a value that
/// can't be had is null and its reason stands in `notes`.
public struct StudySummary: Codable, Sendable, Equatable {
  public var study: String
  /// One for each combination of the axes other than temperature and replica.
  public var sets: [SetSummary]
  /// Every run of the study is done and was read whole.
  public var complete: Bool
  /// Runs or files left out, by name.
  public var missing: [String]
  /// The fit of the vacancy model to the sets with vacancies; nil where there are none to compare.
  public var vacancyModel: VacancyComparison?
  public var notes: [String]

  enum CodingKeys: String, CodingKey {
    case study, sets, complete, missing, notes
    case vacancyModel = "vacancy_model"
  }

  public init(study: String, sets: [SetSummary], complete: Bool, missing: [String], notes: [String]) {
    self.study = study
    self.sets = sets
    self.complete = complete
    self.missing = missing
    self.notes = notes
  }
}

/// One Arrhenius set: the same composition, masses, … at several temperatures.
public struct SetSummary: Codable, Sendable, Equatable {
  /// Value of each axis other than temperature and replica, as the manifest writes it.
  public var point: [String: String]
  /// The x of a family of structures that the cells really had; nil where there is none.
  public var composition: Double?
  public var temperatures: [TemperatureSummary]
  public var activationEnergy_eV: Double?
  public var activationEnergyError_eV: Double?
  public var prefactor_A2_per_ps: Double?
  /// Covariance of (Ea in eV, ln D0 with D0 in Å²/ps): [[var Ea, cov], [cov, var ln D0]].
  public var arrheniusCovariance: [[Double]]?
  /// Degrees of freedom of Student's t for the intervals of this set.
  public var degreesOfFreedom: Double?
  public var extrapolated: [Extrapolation]
  /// Numbers that rest on all temperatures, such as the barrier of rotation.
  public var observables: [ObservableValue] = []
  public var notes: [String]

  enum CodingKeys: String, CodingKey {
    case point, composition, temperatures, extrapolated, observables, notes
    case activationEnergy_eV = "activation_energy_eV"
    case activationEnergyError_eV = "activation_energy_error_eV"
    case prefactor_A2_per_ps = "prefactor_A2_per_ps"
    case arrheniusCovariance = "arrhenius_covariance"
    case degreesOfFreedom = "degrees_of_freedom"
  }

  public init(point: [String: String], temperatures: [TemperatureSummary]) {
    self.point = point
    self.temperatures = temperatures
    extrapolated = []
    notes = []
  }
}

/// One point: all replicas of one temperature.
public struct TemperatureSummary: Codable, Sendable, Equatable {
  public var temperature_K: Double
  public var diffusivity_A2_per_ps: Double?
  public var diffusivityError: Double?
  /// Of Student's t, for the errors of D and σ, whose intervals are symmetric in the logarithm.
  public var diffusivityDegreesOfFreedom: Double?
  /// Enough hops were seen for a diffusivity to mean anything.
  public var diffused: Bool
  /// 95 % upper bound, given when it did not diffuse.
  public var upperBound_A2_per_ps: Double?
  public var hops: Int
  /// Fraction of mobile ions whose final squared displacement reaches the cut-off.
  public var activeFraction: Double?
  /// The same by the largest squared displacement over the run.
  public var activeFractionMax: Double?
  public var activeFractionError: Double?
  /// What a homogeneous Brownian population of the same mean squared displacement would show, by the
  /// final displacement: only the difference speaks of immobile ions.
  public var activeFractionHomogeneous: Double?
  public var conductivity_mS_per_cm: Double?
  public var conductivityError: Double?
  /// What the upper bound of D makes of σ.
  public var conductivityUpperBound_mS_per_cm: Double?
  public var replicas: Int
  /// Summed over replicas.
  public var sampled_ps: Double
  public var mobileIons: Int
  /// Every other number, over all replicas.
  public var observables: [ObservableValue] = []
  public var notes: [String]

  /// The runs were long enough to tell, and the ions did not diffuse; else a missing diffusivity means runs
  /// that are too short.
  public var sawNoDiffusion: Bool {
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

  public init(temperature_K: Double) {
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
public struct Extrapolation: Codable, Sendable, Equatable {
  public var temperature_K: Double
  public var conductivity_mS_per_cm: Double
  /// [low, high]
  public var interval68: [Double]
  public var interval95: [Double]
  /// The temperature lies outside of those that were sampled.
  public var isExtrapolation: Bool

  enum CodingKeys: String, CodingKey {
    case temperature_K, conductivity_mS_per_cm
    case interval68 = "interval_68"
    case interval95 = "interval_95"
    case isExtrapolation = "is_extrapolation"
  }

  public init(
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
