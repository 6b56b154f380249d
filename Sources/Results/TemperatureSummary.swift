import Analysis
import Mechanism
import Support

/// All replicas of one temperature of a set.
package struct TemperatureSummary: Codable, Sendable, Equatable {
  package var temperature_K: Double
  @Nullable private var recordedDiffusivity_cm2_per_s: Double?
  /// [low, high], cm²/s.
  @Nullable package var diffusivityInterval68_cm2_per_s: [Double]?
  @Nullable package var diffusivityInterval95_cm2_per_s: [Double]?
  @Nullable private var recordedDiffusivity_A2_per_ps: Double?
  @Nullable private var recordedError_cm2_per_s: Double?
  @Nullable private var recordedError_A2_per_ps: Double?
  /// Degrees of freedom of Student's t, for the errors of D and σ, whose intervals are symmetric in the
  /// logarithm.
  @Nullable package var diffusivityDegreesOfFreedom: Double?
  /// Whether there is a diffusivity: `outcome` is `measured`.
  package private(set) var diffused = false
  @Nullable private var recordedOutcome: DiffusionOutcome?
  @Nullable private var recordedUpperBound_cm2_per_s: Double?
  @Nullable private var recordedUpperBound_A2_per_ps: Double?
  package var hops = 0
  /// Fraction of mobile ions whose final squared displacement reaches the cut-off.
  @Nullable package var activeFraction: Double?
  /// The same by the largest squared displacement over the run.
  @Nullable package var activeFractionMax: Double?
  @Nullable package var activeFractionError: Double?
  /// Both ends of the interval that holds the active fraction with 68 % probability, from the scatter of three
  /// replicas or more; nil with fewer, as ions of one run may move together, and where all or no ions are active.
  @Nullable package var activeFractionInterval68: [Double]?
  /// The same at 95 %.
  @Nullable package var activeFractionInterval95: [Double]?
  @Nullable private var recordedErrorSource: ActiveFractionErrorSource?
  /// The fraction for a homogeneous Brownian population with the same mean squared displacement, by the final
  /// displacement: only the difference indicates immobile ions.
  @Nullable package var activeFractionHomogeneous: Double?
  @Nullable package var conductivity_mS_per_cm: Double?
  @Nullable private var recordedConductivityError_mS_per_cm: Double?
  @Nullable private var recordedConductivityError: Double?
  /// [low, high], mS/cm.
  @Nullable package var conductivityInterval68: [Double]?
  @Nullable package var conductivityInterval95: [Double]?
  /// The conductivity of the upper bound of D.
  @Nullable package var conductivityUpperBound_mS_per_cm: Double?
  /// Along the axes of the simulation's frame and in its planes; nil where D was not determined.
  @Nullable package var directions: [DirectionalDiffusivity]?
  @Nullable package var tensor: DiffusivityTensor?
  package var replicas = 0
  /// Summed over replicas.
  package var sampled_ps = 0.0
  package var mobileIons = 0
  /// Every other number, over all replicas.
  package var observables: [ObservableValue] = []
  /// The sentences of `warnings`.
  package private(set) var notes: [String] = []
  @Nullable private var recordedWarnings: [Warning]?

  /// nil where it was not determined.
  package var diffusivity_A2_per_ps: Double? {
    get { recordedDiffusivity_A2_per_ps }
    set {
      recordedDiffusivity_A2_per_ps = newValue
      recordedDiffusivity_cm2_per_s = newValue.map { $0 * Self.cm2PerSecond }
    }
  }

  /// Standard error, Å²/ps, of Student's t in ln D with the same intervals.
  package var diffusivityError: Double? {
    get { recordedError_A2_per_ps }
    set {
      recordedError_A2_per_ps = newValue
      recordedError_cm2_per_s = newValue.map { $0 * Self.cm2PerSecond }
    }
  }

  /// Standard error, mS/cm.
  package var conductivityError: Double? {
    get { recordedConductivityError_mS_per_cm ?? recordedConductivityError }
    set { (recordedConductivityError_mS_per_cm, recordedConductivityError) = (newValue, newValue) }
  }

  /// 95 %, where there is no diffusivity.
  package var upperBound_A2_per_ps: Double? {
    get { recordedUpperBound_A2_per_ps }
    set {
      recordedUpperBound_A2_per_ps = newValue
      recordedUpperBound_cm2_per_s = newValue.map { $0 * Self.cm2PerSecond }
    }
  }

  /// 1 Å²/ps.
  package static let cm2PerSecond = 1e-4

  /// What the runs determine about diffusion.
  package var outcome: DiffusionOutcome {
    get {
      if let recordedOutcome { return recordedOutcome }
      // Results of a version that recorded `diffused` alone.
      if diffused { return .measured }
      return hops < 10 ? .didNotDiffuse : .notRecorded
    }
    set { (recordedOutcome, diffused) = (newValue, newValue == .measured) }
  }

  /// nil where there are no active fractions.
  package var activeFractionErrorSource: ActiveFractionErrorSource? {
    get {
      guard activeFraction != nil, recordedErrorSource == nil else { return recordedErrorSource }
      return replicas >= ActiveIons.enoughReplicas ? .replicas : .binomial
    }
    set { recordedErrorSource = newValue }
  }

  /// What limits the values of this temperature.
  package var warnings: [Warning] {
    get { recordedWarnings ?? notes.map(Warning.text) }
    set { (recordedWarnings, notes) = (newValue, newValue.map(\.description)) }
  }

  enum CodingKeys: String, CodingKey {
    case temperature_K, diffused, hops, replicas, sampled_ps, observables, notes
    case recordedDiffusivity_cm2_per_s = "diffusivity_cm2_per_s"
    case diffusivityInterval68_cm2_per_s = "diffusivity_interval_68_cm2_per_s"
    case diffusivityInterval95_cm2_per_s = "diffusivity_interval_95_cm2_per_s"
    case recordedDiffusivity_A2_per_ps = "diffusivity_A2_per_ps"
    case recordedError_cm2_per_s = "diffusivity_error_cm2_per_s"
    // Of the version before, whose names lack the unit.
    case recordedError_A2_per_ps = "diffusivity_error"
    case recordedOutcome = "outcome"
    case recordedUpperBound_cm2_per_s = "upper_bound_cm2_per_s"
    case recordedUpperBound_A2_per_ps = "upper_bound_A2_per_ps"
    case directions = "diffusivity_directions"
    case tensor = "diffusivity_tensor"
    case conductivityInterval68 = "conductivity_interval_68_mS_per_cm"
    case conductivityInterval95 = "conductivity_interval_95_mS_per_cm"
    case activeFraction = "active_fraction"
    case activeFractionMax = "active_fraction_max"
    case activeFractionError = "active_fraction_error"
    case activeFractionInterval68 = "active_fraction_interval_68"
    case activeFractionInterval95 = "active_fraction_interval_95"
    case recordedErrorSource = "active_fraction_error_source"
    case activeFractionHomogeneous = "active_fraction_homogeneous"
    case conductivity_mS_per_cm = "conductivity_mS_per_cm"
    case recordedConductivityError_mS_per_cm = "conductivity_error_mS_per_cm"
    case recordedConductivityError = "conductivity_error"
    case diffusivityDegreesOfFreedom = "diffusivity_degrees_of_freedom"
    case conductivityUpperBound_mS_per_cm = "conductivity_upper_bound_mS_per_cm"
    case mobileIons = "mobile_ions"
    case recordedWarnings = "warnings"
  }

  package init(temperature_K: Double, outcome: DiffusionOutcome = .tooShortToTell) {
    self.temperature_K = temperature_K
    self.outcome = outcome
  }
}
