import Mathematics
import RealModule

/// The scale that an interval is symmetric on, which keeps its ends within the values that are possible.
package enum IntervalScale: Sendable {
  case real
  /// The logarithm, for what is above 0.
  case positive
  /// The logit, for what is between 0 and 1.
  case share

  /// - Returns: both ends; nil where the error is 0, as samples that are all equal do not bound anything, and for
  ///   a value that is not inside of its range.
  package func interval(value: Double, error: Double, degreesOfFreedom: Double, level: Double) -> [Double]? {
    guard error > 0, degreesOfFreedom > 0, value.isFinite, error.isFinite else { return nil }
    let t = StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level)
    switch self {
    case .real: return [value - t * error, value + t * error]
    case .positive:
      guard value > 0 else { return nil }
      return [-1, 1].map { value * Double.exp($0 * t * error / value) }
    case .share:
      guard value > 0, value < 1 else { return nil }
      let odds = value / (1 - value)
      return [-1, 1].map { sign in
        let end = odds * Double.exp(sign * t * error / (value * (1 - value)))
        return end.isFinite ? end / (1 + end) : 1
      }
    }
  }
}
