import Mathematics
import RealModule

/// A diffusivity and its error.
public struct DiffusivityEstimate: Codable, Sendable, Equatable {
  /// Where the error comes from.
  public enum ErrorSource: String, Codable, Sendable {
    case blocks, replicas, none
  }

  /// Å²/ps; nil where the runs are too short for any.
  public var value_A2_per_ps: Double?
  /// Standard error, Å²/ps; nil where neither blocks nor replicas determine it.
  public var standardError_A2_per_ps: Double?
  /// Degrees of freedom of the error, for Student's t.
  public var degreesOfFreedom: Double?
  /// What the standard error would be if the ions moved independently, Å²/ps.
  public var ionError_A2_per_ps: Double?
  /// Where `standardError_A2_per_ps` comes from.
  public var errorSource: ErrorSource
  /// First and last lag of the fit, ps.
  public var window_ps: [Double]?
  /// Whether D is significantly above zero: the ions are not merely caged.
  public var growsBeyondChance: Bool
  /// Why there is no value or no error, and what limits them.
  public var warnings: [Warning]

  /// The central interval that contains the true value with a probability of `level`, Å²/ps. Symmetric in ln
  /// D where D is above zero: with few hops, a D that is too low looks too precise.
  public func interval(level: Double) -> ClosedRange<Double>? {
    guard let value = value_A2_per_ps, let error = standardError_A2_per_ps, let degreesOfFreedom else {
      return nil
    }
    let half = StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level) * error
    if value > 0 {
      let factor = Double.exp(half / value)
      return (value / factor)...(value * factor)
    }
    return (value - half)...(value + half)
  }

  /// The value that the true one exceeds with a probability of only 1 − `level`, Å²/ps.
  public func upperBound(level: Double) -> Double? {
    guard let value = value_A2_per_ps, let error = standardError_A2_per_ps, let degreesOfFreedom else {
      return nil
    }
    return max(0, value) + StudentT(degreesOfFreedom: degreesOfFreedom).quantile(level) * error
  }
}
