import Mathematics
import RealModule

/// A diffusivity and what is known about it.
public struct DiffusivityEstimate: Codable, Sendable, Equatable {
  /// Where the error comes from.
  public enum ErrorSource: String, Codable, Sendable {
    /// The likelihood of the displacements.
    case likelihood
    /// Of results of earlier versions.
    case blocks, replicas
    case none
  }

  /// Å²/ps; nil where the runs are too short for any.
  public var value_A2_per_ps: Double?
  /// Standard error, Å²/ps, of Student's t in ln D with the same intervals of 68 and 95 %; nil where there is none.
  public var standardError_A2_per_ps: Double?
  /// Degrees of freedom of that distribution.
  public var degreesOfFreedom: Double?
  /// Where `standardError_A2_per_ps` comes from.
  public var errorSource: ErrorSource
  /// The shortest and the longest time that the fit resolves, ps.
  public var window_ps: [Double]?
  /// Whether D is significantly above zero: the ions are not merely caged.
  public var growsBeyondChance: Bool
  /// Whether D is certain enough to be given: otherwise only `upperBound(level:)` is.
  public var isDetermined = false
  /// The likelihood of ln D; nil where there is no value.
  public var likelihood: LogLikelihood?
  /// Jumps that no run shows are allowed for up to this length, Å, in `upperBound(level:)`.
  public var upperBoundLength_A: Double?
  /// Why there is no value or no error, and what limits them.
  public var warnings: [Warning]

  /// The half-width of the interval of 68 % of ln D with one independent hop, by the square root of their number.
  private static let halfWidthOfOneHop = 1.05

  /// The central interval that contains the true value with a probability of `level`, Å²/ps.
  public func interval(level: Double) -> ClosedRange<Double>? {
    guard value_A2_per_ps != nil, let likelihood else { return nil }
    let low = likelihood.quantile((1 - level) / 2)
    return Double.exp(low)...Double.exp(max(low, likelihood.quantile((1 + level) / 2)))
  }

  /// The value that the true one exceeds with a probability of only 1 − `level`, Å²/ps; equal prior probabilities
  /// of all D.
  public func upperBound(level: Double) -> Double? {
    likelihood.map { Double.exp($0.quantile(level, prior: .linear)) }
  }

  /// - Parameter bands: shortest and longest time resolved, ps.
  mutating func set(_ result: DiffusivityLikelihood, bands: [Double], parameters: DiffusivityParameters) {
    likelihood = result.total
    value_A2_per_ps = result.value_A2_per_ps
    window_ps = [parameters.firstLag_ps ?? bands[0], parameters.lastLag_ps ?? bands[1]]
    let half68 = (result.total.quantile(0.84) - result.total.quantile(0.16)) / 2
    let half95 = (result.total.quantile(0.975) - result.total.quantile(0.025)) / 2
    let student = equivalentStudent(half68: half68, half95: half95)
    standardError_A2_per_ps = student.standardError * result.value_A2_per_ps
    degreesOfFreedom = student.degreesOfFreedom
    errorSource = .likelihood
    // No diffusion is less likely than the most likely D by the odds of the level, 1 : 20.
    growsBeyondChance = result.total.evidenceOfDiffusion > -Double.log(1 - parameters.boundLevel)
    let enough = Self.halfWidthOfOneHop / (Double(parameters.minimumHops) - 0.1).squareRoot()
    isDetermined = growsBeyondChance && half68 < enough
  }
}
