/// What the runs of one temperature tell about diffusion. The raw value is the code in `summary.json` and in the
/// CSV tables; `description` is the text for people.
public enum DiffusionOutcome: String, Codable, Sendable, CaseIterable {
  /// There is a diffusivity.
  case measured
  /// The runs are long enough, and the ions did not diffuse; there is an upper bound.
  case didNotDiffuse = "did_not_diffuse"
  /// The runs are too short for a diffusivity or for its error; there is an upper bound.
  case tooShortToTell = "too_short_to_tell"
  /// Results of a version that did not record the outcome.
  case notRecorded = "not_recorded"
}

/// What the temperatures of one set tell about the activation energy.
public enum ArrheniusOutcome: String, Codable, Sendable, CaseIterable {
  case fitted
  /// There is an activation energy without an error.
  case fittedWithoutError = "fitted_without_error"
  /// Fewer than two temperatures have a diffusivity.
  case tooFewTemperatures = "too_few_temperatures"
}

/// Where the standard error of the active fraction comes from.
public enum ActiveFractionErrorSource: String, Codable, Sendable, CaseIterable {
  /// The scatter of three or more replicas.
  case replicas
  /// Binomial statistics, as if ions moved independently.
  case binomial
}
