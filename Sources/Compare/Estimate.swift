import Analysis
import Mathematics
import RealModule

/// A measured number and its error.
package struct Estimate: Equatable, Sendable {
  /// On which scale the error is symmetric.
  package enum Scale: Sendable { case linear, logarithmic }

  /// nil where it is not determined: there may be a bound, and `reason` says why.
  package var value: Double?
  /// Standard error: in the value's unit, or of its logarithm.
  package var error: Double?
  package var scale: Scale
  /// Degrees of freedom of Student's t; nil for a normal distribution.
  package var degreesOfFreedom: Double?
  /// 95 %, where there is no value.
  package var upperBound: Double?
  /// A lower bound where there is no value: a correlation time longer than half of the run.
  package var lowerBound: Double?
  /// Why there is no value or no error.
  package var reason: String?
  /// Whether points were left out of a slope.
  package var isPartial = false
  /// Sampled time, over all replicas, ps.
  package var sampled_ps: Double?

  package init(
    value: Double?, error: Double?, scale: Scale = .linear, degreesOfFreedom: Double? = nil,
    upperBound: Double? = nil, lowerBound: Double? = nil, reason: String? = nil
  ) {
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    self.error = error.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    self.scale = scale
    self.degreesOfFreedom = degreesOfFreedom
    self.upperBound = upperBound.flatMap { $0.isFinite ? $0 : nil }
    self.lowerBound = lowerBound.flatMap { $0.isFinite ? $0 : nil }
    self.reason = reason
  }

  /// The level of one-sided bounds.
  static let boundLevel = 0.95
  /// The level of the upper end of the 95 % interval.
  private static let upperEnd = 0.975
  /// Of the normal distribution.
  private static let normalQuantiles = [boundLevel: 1.6448536269514722, upperEnd: normalQuantile95]
  /// Half of a 95 % interval of the normal distribution, in standard errors.
  static let normalQuantile95 = 1.959963984540054

  /// 95 %, both sides; nil without value and error.
  package var interval: ClosedRange<Double>? {
    guard let value, let error else { return nil }
    let half = error * quantile(Self.upperEnd)
    switch scale {
    case .linear: return (value - half)...(value + half)
    case .logarithmic: return (value * .exp(-half))...(value * .exp(half))
    }
  }

  /// How many standard errors the value lies above `x`.
  func distance(above x: Double) -> Double? {
    guard let value, let error else { return nil }
    switch scale {
    case .linear: return (value - x) / error
    case .logarithmic: return x > 0 && value > 0 ? .log(value / x) / error : .infinity
    }
  }

  /// The probability of a value at least as far above, or below for a negative distance.
  func chance(of distance: Double) -> Double {
    if let degreesOfFreedom {
      return 1 - StudentT(degreesOfFreedom: degreesOfFreedom).cumulative(abs(distance))
    }
    return 0.5 * .erfc(abs(distance) / (2.0).squareRoot())
  }

  private func quantile(_ p: Double) -> Double {
    guard let degreesOfFreedom else { return Self.normalQuantiles[p] ?? .nan }
    return StudentT(degreesOfFreedom: degreesOfFreedom).quantile(p)
  }

  /// a/b of two independent positive numbers: the error is that of the logarithm. A bound on a gives a bound on the
  /// ratio, with b at the end of its interval that makes it weaker.
  package static func ratio(_ a: Estimate, _ b: Estimate) -> Estimate {
    guard let below = b.value, below > 0, let error = b.relativeError else {
      return Estimate(
        value: nil, error: nil, reason: b.reason ?? "no value with an error to divide by")
    }
    if let above = a.value, above > 0 {
      let both = a.relativeError.map { ($0 * $0 + error * error).squareRoot() }
      return Estimate(
        value: above / below, error: both, scale: .logarithmic,
        degreesOfFreedom: [a.degreesOfFreedom, b.degreesOfFreedom].compactMap { $0 }.min(), reason: a.reason)
    }
    let slack = Double.exp(b.quantile(Self.boundLevel) * error)
    let bound = a.upperBound.map { $0 / below * slack }
    let least = a.lowerBound.map { $0 / below / slack }
    return Estimate(value: nil, error: nil, upperBound: bound, lowerBound: least, reason: a.reason)
  }

  /// a − b of two independent numbers.
  package static func difference(_ a: Estimate, _ b: Estimate) -> Estimate {
    guard let first = a.value, let second = b.value else {
      return Estimate(value: nil, error: nil, reason: a.reason ?? b.reason)
    }
    var error: Double?
    if let x = a.absoluteError, let y = b.absoluteError { error = (x * x + y * y).squareRoot() }
    return Estimate(
      value: first - second, error: error,
      degreesOfFreedom: [a.degreesOfFreedom, b.degreesOfFreedom].compactMap { $0 }.min(),
      reason: a.reason ?? b.reason)
  }

  /// The slope of a number, or of its logarithm, along an axis: a line by weighted least squares, whose error is that
  /// of its points.
  package static func slope(_ points: [(x: Double, y: Estimate)], ofLogarithm: Bool) -> Estimate {
    let known = points.compactMap {
      point -> (x: Double, y: Double, error: Double, degreesOfFreedom: Double?)? in
      guard let y = point.y.value, !ofLogarithm || y > 0 else { return nil }
      let error = ofLogarithm ? point.y.relativeError : point.y.absoluteError
      return error.map { (point.x, ofLogarithm ? .log(y) : y, $0, point.y.degreesOfFreedom) }
    }
    guard Set(known.map(\.x)).count >= 2 else {
      return Estimate(
        value: nil, error: nil, reason: "\(known.count) of \(points.count) points have a value with an error")
    }
    let variances = known.map { $0.error * $0.error }
    let line = WeightedLine(x: known.map(\.x), y: known.map(\.y), weights: variances.map { 1 / $0 })
    let isWhole = known.count == points.count
    var slope = Estimate(
      value: line.slope, error: line.covariance(variances: variances)[0][0].squareRoot(),
      degreesOfFreedom: known.compactMap(\.degreesOfFreedom).min(),
      reason: isWhole
        ? nil : "only \(known.count) of \(points.count) points have a value: the others could bend the line")
    slope.isPartial = !isWhole
    return slope
  }

  private var relativeError: Double? {
    guard let value, let error, value > 0 else { return nil }
    return scale == .logarithmic ? error : error / value
  }

  private var absoluteError: Double? {
    guard let value, let error else { return nil }
    return scale == .logarithmic ? error * abs(value) : error
  }
}
