/// The outcome of the runs of one temperature. The raw value is the code in `summary.json` and in the CSV
/// tables; `description` is the text for users.
public enum DiffusionOutcome: String, Codable, Sendable, CaseIterable {
  /// A diffusivity was determined.
  case measured
  /// The runs are long enough, and the ions did not diffuse; an upper bound is given.
  case didNotDiffuse = "did_not_diffuse"
  /// The runs are too short for a diffusivity or for its error; an upper bound is given.
  case tooShortToTell = "too_short_to_tell"
  /// Results of a version that did not record the outcome.
  case notRecorded = "not_recorded"
}

/// The outcome of an Arrhenius fit to the temperatures of one set.
public enum ArrheniusOutcome: String, Codable, Sendable, CaseIterable {
  case fitted
  /// An activation energy was determined, without an error.
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
