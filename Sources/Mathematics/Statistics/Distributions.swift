internal import CBoostMath

/// Student's t distribution.
package struct StudentT: Sendable {
  /// Above 0; not an integer when variances of unequal weight are pooled.
  package let degreesOfFreedom: Double

  /// - Parameter degreesOfFreedom: above 0.
  package init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The probability of a value up to `t`; NaN for degrees of freedom that are not above 0.
  package func cumulative(_ t: Double) -> Double { cboost_student_t_cumulative(degreesOfFreedom, t) }

  /// The value not exceeded with probability `p`, 0 < p < 1; NaN outside.
  package func quantile(_ p: Double) -> Double { cboost_student_t_quantile(degreesOfFreedom, p) }

  /// The half-width of a central interval of probability `level`, 0 < level < 1, in standard errors.
  package func halfWidth(level: Double) -> Double { quantile((1 + level) / 2) }
}

/// The χ² distribution.
package struct ChiSquared: Sendable {
  /// Above 0.
  package let degreesOfFreedom: Double

  /// - Parameter degreesOfFreedom: above 0.
  package init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The probability of a value up to `x`, x ≥ 0; NaN outside.
  package func cumulative(_ x: Double) -> Double { cboost_chi_squared_cumulative(degreesOfFreedom, x) }

  /// The value not exceeded with probability `p`, 0 < p < 1; NaN outside.
  package func quantile(_ p: Double) -> Double { cboost_chi_squared_quantile(degreesOfFreedom, p) }
}

/// The F distribution of a ratio of two mean squares.
package struct FisherF: Sendable {
  /// Degrees of freedom of the upper mean square, above 0.
  package let numerator: Double
  /// Degrees of freedom of the lower mean square, above 0.
  package let denominator: Double

  /// - Parameters:
  ///   - numerator: degrees of freedom of the upper mean square, above 0.
  ///   - denominator: degrees of freedom of the lower mean square, above 0.
  package init(numerator: Double, denominator: Double) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The probability of a ratio up to `x`, x ≥ 0; NaN outside.
  package func cumulative(_ x: Double) -> Double { cboost_fisher_f_cumulative(numerator, denominator, x) }
}

/// The exact upper bound of a Poisson mean after `count` events were observed: a larger mean gives so few
/// with a probability below 1 − `level` (Garwood, Biometrika 28, 437 (1936)). 2.996 for none at 95 %.
package func poissonUpperBound(count: Int, level: Double) -> Double {
  ChiSquared(degreesOfFreedom: 2 * Double(count + 1)).quantile(level) / 2
}
