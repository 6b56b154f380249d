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
  /// Of Student's t, for the error.
  public var degreesOfFreedom: Double?
  /// What the standard error would be if the ions moved independently, Å²/ps.
  public var ionError_A2_per_ps: Double?
  /// Where `standardError_A2_per_ps` comes from.
  public var errorSource: ErrorSource
  /// First and last lag of the fit, ps.
  public var window_ps: [Double]?
  /// D is above zero by more than chance: the ions are not merely caged.
  public var growsBeyondChance: Bool
  /// Why there is no value or no error, and what limits them.
  public var warnings: [Warning]

  /// The central interval that holds the truth with a probability of `level`, Å²/ps. Symmetric in ln D where D
  /// is above zero: few hops make a D that is too low look too precise.
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

  /// The value above which the truth lies with a probability of 1 − `level` only, Å²/ps.
  public func upperBound(level: Double) -> Double? {
    guard let value = value_A2_per_ps, let error = standardError_A2_per_ps, let degreesOfFreedom else {
      return nil
    }
    return max(0, value) + StudentT(degreesOfFreedom: degreesOfFreedom).quantile(level) * error
  }
}
