/// Student's t distribution.
public struct StudentT: Sendable {
  public let degreesOfFreedom: Double

  /// - Parameter degreesOfFreedom: above 0; not an integer when variances of unequal weight are pooled.
  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The probability of a value up to `t`.
  public func cumulative(_ t: Double) -> Double {
    let tail =
      regularisedBeta(
        degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2
    return t > 0 ? 1 - tail : tail
  }

  /// The value not exceeded with probability `p`, 0 < p < 1.
  public func quantile(_ p: Double) -> Double {
    if p < 0.5 { return -quantile(1 - p) }
    return invert(from: 0) { cumulative($0) >= p }
  }

  /// The half-width of a central interval of the given level, in standard errors.
  public func halfWidth(level: Double) -> Double { quantile((1 + level) / 2) }
}

/// The χ² distribution.
public struct ChiSquared: Sendable {
  public let degreesOfFreedom: Double

  /// - Parameter degreesOfFreedom: above 0.
  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The probability of a value up to `x`.
  public func cumulative(_ x: Double) -> Double { regularisedLowerGamma(degreesOfFreedom / 2, x / 2) }

  /// The value not exceeded with probability `p`, 0 < p < 1.
  public func quantile(_ p: Double) -> Double { invert(from: 0) { cumulative($0) >= p } }
}

/// The F distribution, of a ratio of two mean squares.
public struct FisherF: Sendable {
  public let numerator: Double
  public let denominator: Double

  /// Degrees of freedom of the upper and of the lower mean square, both above 0.
  public init(numerator: Double, denominator: Double) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The probability of a ratio up to `x`.
  public func cumulative(_ x: Double) -> Double {
    regularisedBeta(numerator * x / (numerator * x + denominator), numerator / 2, denominator / 2)
  }
}

/// The exact upper bound of a Poisson mean of which `count` events were seen: with a larger mean, so few
/// would be seen with a probability below 1 − `level` (Garwood 1936). 2.996 for none at 95 %.
public func poissonUpperBound(count: Int, level: Double) -> Double {
  ChiSquared(degreesOfFreedom: 2 * Double(count + 1)).quantile(level) / 2
}

/// The smallest x ≥ `low` that fulfils a monotonic condition, by doubling and halving to rounding.
private func invert(from low: Double, reached: (Double) -> Bool) -> Double {
  var low = low
  var high = 1.0
  while !reached(high) && high < 1e300 {
    low = high
    high *= 2
  }
  while true {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { return high }
    if reached(middle) { high = middle } else { low = middle }
  }
}
