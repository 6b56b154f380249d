import Analysis
import Crystal
import Manifest
import Mechanism
import Model
import Support

/// `results/summary.json`: the results of a study, for scripts. Errors are standard errors. A value that is
/// not determined is null, and `warnings` says why.
package struct StudySummary: Codable, Sendable, Equatable {
  /// The version of ``SummarySchema`` that the file follows; nil in results of a version without one.
  package private(set) var schemaVersion: Int? = SummarySchema.version
  package var study: String
  /// One for each combination of the axes other than temperature and replica.
  package var sets: [SetSummary]
  /// Whether every run of the study is done and was read completely.
  package var complete: Bool
  /// Runs or files left out, by name.
  package var missing: [String]
  /// The fit of the vacancy model to the sets with vacancies; nil where there are none to compare.
  package var vacancyModel: VacancyComparison?
  /// D against the size of the cell; nil where no sets differ in the supercell alone.
  package var cellSizes: [CellSizeSeries]?
  /// D and Ea by different potentials; nil where no sets differ in the potential alone.
  package var modelComparisons: [ModelComparison]?
  /// The sentences of `warnings`.
  package private(set) var notes: [String] = []
  @Nullable private var recordedWarnings: [Warning]?

  /// Warnings about the study as a whole.
  package var warnings: [Warning] {
    get { recordedWarnings ?? notes.map(Warning.text) }
    set { (recordedWarnings, notes) = (newValue, newValue.map(\.description)) }
  }

  /// What the potentials say of the salts, each once.
  package var potentials: [PotentialVerdict] {
    sets.compactMap(\.potential).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  enum CodingKeys: String, CodingKey {
    case study, sets, complete, missing, notes
    case schemaVersion = "schema_version"
    case recordedWarnings = "warnings"
    case vacancyModel = "vacancy_model"
    case cellSizes = "cell_sizes"
    case modelComparisons = "model_comparisons"
  }

  package init(
    study: String, sets: [SetSummary], complete: Bool, missing: [String], warnings: [Warning] = []
  ) {
    self.study = study
    self.sets = sets
    self.complete = complete
    self.missing = missing
    self.warnings = warnings
  }
}

extension StudySummary {
  /// One set for each group of runs: the first of those of several diffusing species.
  package var setsOfRuns: [SetSummary] {
    var known: Set<[String: String]> = []
    return sets.filter { known.insert($0.point.filter { $0.key != SetSummary.speciesKey }).inserted }
  }
}

/// One Arrhenius set: the same composition, masses, … at several temperatures.
package struct SetSummary: Codable, Sendable, Equatable {
  /// Value of each axis other than temperature and replica, as the manifest writes it.
  package var point: [String: String]
  /// The x of a family of structures that the cells actually have; nil where there is none.
  @Nullable package var composition: Double?
  /// The ions of a cell, and masses that are not the standard ones: `16 Na, 8 BH4; H 2.014 amu`.
  @Nullable package var system: String?
  /// The diffusing ion; nil in results of a version that did not record it.
  @Nullable package private(set) var mobile: String?
  /// Its formal charge, e; nil where it is not known.
  @Nullable package private(set) var charge_e: Double?
  @Nullable package private(set) var chargeSource: ChargeSource?
  /// What the potential says of the salt; nil for an imported set and where it has no table of salts.
  @Nullable package var potential: PotentialVerdict?
  package var temperatures: [TemperatureSummary]
  @Nullable package var activationEnergy_eV: Double?
  @Nullable package var activationEnergyError_eV: Double?
  /// [low, high].
  @Nullable package var activationEnergyInterval68_eV: [Double]?
  @Nullable package var activationEnergyInterval95_eV: [Double]?
  @Nullable private var recordedPrefactor_A2_per_ps: Double?
  @Nullable private var recordedPrefactor_cm2_per_s: Double?
  /// How much ln D scatters about the line beyond its own errors; nil where that is not known.
  @Nullable package var scatter: Double?
  /// Whether one line fits, by evidence; nil for fewer than five temperatures.
  @Nullable package var models: [ModelProbability]?
  /// Covariance of (Ea in eV, ln D0 with D0 in Å²/ps): [[var Ea, cov], [cov, var ln D0]].
  @Nullable package var arrheniusCovariance: [[Double]]?
  /// Degrees of freedom of Student's t for the intervals of this set.
  @Nullable package var degreesOfFreedom: Double?
  package var extrapolated: [Extrapolation] = []
  /// Numbers that depend on all temperatures, such as the barrier of rotation.
  package var observables: [ObservableValue] = []
  @Nullable private var recordedOutcome: ArrheniusOutcome?
  /// The sentences of `warnings`.
  package private(set) var notes: [String] = []
  @Nullable private var recordedWarnings: [Warning]?

  package var prefactor_A2_per_ps: Double? {
    get { recordedPrefactor_A2_per_ps }
    set {
      recordedPrefactor_A2_per_ps = newValue
      recordedPrefactor_cm2_per_s = newValue.map { $0 * TemperatureSummary.cm2PerSecond }
    }
  }

  /// What the temperatures determine about the activation energy.
  package var outcome: ArrheniusOutcome {
    get {
      if let recordedOutcome { return recordedOutcome }
      guard activationEnergy_eV != nil else { return .tooFewTemperatures }
      return activationEnergyError_eV == nil ? .fittedWithoutError : .fitted
    }
    set { recordedOutcome = newValue }
  }

  /// Warnings about the set as a whole.
  package var warnings: [Warning] {
    get { recordedWarnings ?? notes.map(Warning.text) }
    set { (recordedWarnings, notes) = (newValue, newValue.map(\.description)) }
  }

  enum CodingKeys: String, CodingKey {
    case point, composition, system, potential, mobile, charge_e, temperatures, extrapolated, observables,
      notes
    case chargeSource = "charge_source"
    case activationEnergy_eV = "activation_energy_eV"
    case activationEnergyError_eV = "activation_energy_error_eV"
    case activationEnergyInterval68_eV = "activation_energy_interval_68_eV"
    case activationEnergyInterval95_eV = "activation_energy_interval_95_eV"
    case recordedPrefactor_A2_per_ps = "prefactor_A2_per_ps"
    case recordedPrefactor_cm2_per_s = "prefactor_cm2_per_s"
    case scatter = "log_diffusivity_scatter"
    case models = "arrhenius_models"
    case arrheniusCovariance = "arrhenius_covariance"
    case degreesOfFreedom = "degrees_of_freedom"
    case recordedOutcome = "outcome"
    case recordedWarnings = "warnings"
  }

  package init(point: [String: String], temperatures: [TemperatureSummary]) {
    self.point = point
    self.temperatures = temperatures
  }
}

extension SetSummary {
  /// The key of `point` that tells the sets of several diffusing species.
  package static let speciesKey = "analysis.mobile"

  /// Records the diffusing ion and its charge, with a warning where the charge is no more than the usual one.
  mutating func setSpecies(_ name: String, charge found: SpeciesCharge) {
    let charge = found.charge
    (mobile, charge_e, chargeSource) = (name, charge?.value_e, charge?.source)
    warnings += found.warnings
    guard let charge else { return warnings.append(.noCharge(species: name)) }
    if charge.isGuess(of: name) {
      warnings.append(.chargeFromTable(species: name, charge_e: charge.value_e))
    } else if charge.source == .given, let usual = MoleculeKind(formula: name)?.formalCharge.map(Double.init),
      usual != charge.value_e
    {
      warnings.append(.unusualCharge(species: name, charge_e: charge.value_e, usual_e: usual))
    }
  }
}

/// How likely one shape of the temperature dependence is.
package struct ModelProbability: Codable, Sendable, Equatable {
  package var model: ArrheniusModel
  /// After the data; of all models together 1.
  package var probability: Double
  /// Of the transition, or T₀ of a Vogel–Tammann–Fulcher curve, K.
  @Nullable package var temperature_K: Double?

  enum CodingKeys: String, CodingKey { case model, probability, temperature_K }

  package init(model: ArrheniusModel, probability: Double, temperature_K: Double?) {
    self.model = model
    self.probability = probability
    self.temperature_K = temperature_K
  }
}

/// A conductivity at a temperature, from the Arrhenius fit.
package struct Extrapolation: Codable, Sendable, Equatable {
  package var temperature_K: Double
  package var conductivity_mS_per_cm: Double
  /// [low, high], mS/cm.
  package var interval68: [Double] { didSet { named68 = interval68 } }
  package var interval95: [Double] { didSet { named95 = interval95 } }
  /// Whether the temperature lies outside the sampled range.
  package var isExtrapolation: Bool
  // The same under the names of all other intervals.
  private var named68: [Double]?
  private var named95: [Double]?

  package init(
    temperature_K: Double, conductivity_mS_per_cm: Double, interval68: [Double], interval95: [Double],
    isExtrapolation: Bool
  ) {
    self.temperature_K = temperature_K
    self.conductivity_mS_per_cm = conductivity_mS_per_cm
    self.interval68 = interval68
    self.interval95 = interval95
    self.isExtrapolation = isExtrapolation
    named68 = interval68
    named95 = interval95
  }

  enum CodingKeys: String, CodingKey {
    case temperature_K, conductivity_mS_per_cm
    case named68 = "conductivity_interval_68_mS_per_cm"
    case named95 = "conductivity_interval_95_mS_per_cm"
    case interval68 = "interval_68"
    case interval95 = "interval_95"
    case isExtrapolation = "is_extrapolation"
  }
}
