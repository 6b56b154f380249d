/// A diffusivity at one temperature, the input of an Arrhenius fit.
public struct ArrheniusPoint: Codable, Sendable, Equatable {
  /// K.
  public var temperature_K: Double
  /// Å²/ps, above 0; nil where the runs give a bound only, and the likelihood says it all.
  public var diffusivity_A2_per_ps: Double?
  /// Its standard error, Å²/ps; nil where it is not known.
  public var standardError_A2_per_ps: Double?
  /// Degrees of freedom of that error.
  public var degreesOfFreedom: Double?
  /// The likelihood of ln D, which is used instead of the error where it is known.
  public var likelihood: LogLikelihood?

  /// - Parameters: as the properties; errors are nil where they are not known.
  public init(
    temperature_K: Double, diffusivity_A2_per_ps: Double?, standardError_A2_per_ps: Double? = nil,
    degreesOfFreedom: Double? = nil, likelihood: LogLikelihood? = nil
  ) {
    self.temperature_K = temperature_K
    self.diffusivity_A2_per_ps = diffusivity_A2_per_ps
    self.standardError_A2_per_ps = standardError_A2_per_ps
    self.degreesOfFreedom = degreesOfFreedom
    self.likelihood = likelihood
  }
}
