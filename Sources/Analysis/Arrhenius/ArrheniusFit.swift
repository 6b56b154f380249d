import Mathematics
import RealModule
import Units

/// A diffusivity at one temperature, the input of an Arrhenius fit.
public struct ArrheniusPoint: Codable, Sendable, Equatable {
  /// K.
  public var temperature_K: Double
  /// Å²/ps, above 0.
  public var diffusivity_A2_per_ps: Double
  /// Its standard error, Å²/ps; nil where it is not known.
  public var standardError_A2_per_ps: Double?
  /// Degrees of freedom of that error.
  public var degreesOfFreedom: Double?
  /// The error for independent ions, Å²/ps; nil where it is not known.
  public var ionError_A2_per_ps: Double?

  /// - Parameters: as the properties; errors are nil where they are not known.
  public init(
    temperature_K: Double, diffusivity_A2_per_ps: Double, standardError_A2_per_ps: Double?,
    degreesOfFreedom: Double?, ionError_A2_per_ps: Double? = nil
  ) {
    self.ionError_A2_per_ps = ionError_A2_per_ps
    self.temperature_K = temperature_K
    self.diffusivity_A2_per_ps = diffusivity_A2_per_ps
    self.standardError_A2_per_ps = standardError_A2_per_ps
    self.degreesOfFreedom = degreesOfFreedom
  }
}

/// ln D = ln D₀ − Ea / (k_B T), with the joint distribution of Ea and ln D₀.
///
/// The relative error of each temperature is that of independent ions, times one factor for all temperatures,
/// pooled from their blocks: individual errors from five blocks are too uncertain. The weight of a point is
/// the inverse of that error, a compromise between equal weights and the inverse square, because the error of
/// a temperature with few hops is uncertain too. Intervals use Student's t with the sum of the temperatures'
/// degrees of freedom. Where no temperature has an error, the scatter about the line gives it, with two
/// degrees of freedom fewer than points.
public struct ArrheniusFit: Codable, Sendable, Equatable {
  /// eV.
  public var activationEnergy_eV: Double
  /// ln of D₀ in Å²/ps.
  public var logPrefactor: Double
  /// [[var Ea, cov], [cov, var ln D₀]], Ea in eV; nil where the error is not determined.
  public var covariance: [[Double]]?
  /// Of Student's t; nil with the covariance.
  public var degreesOfFreedom: Double?
  /// The relative standard error of one diffusivity, the root of the mean square over temperatures.
  public var relativeError: Double?
  /// Lowest and highest temperature of the fit, K.
  public var temperatureRange_K: ClosedRange<Double>
  /// The probability of a scatter about the line at least as large, if the line and the errors are correct;
  /// nil without errors or with two temperatures only.
  public var lineProbability: Double?

  /// D₀, Å²/ps.
  public var prefactor_A2_per_ps: Double { Double.exp(logPrefactor) }

  /// Standard error of Ea, eV.
  public var activationEnergyError_eV: Double? { covariance.map { $0[0][0].squareRoot() } }

  /// - Returns: nil for fewer than two temperatures.
  /// - Throws: `AnalysisError.outOfRange` for a temperature or a diffusivity that is not above zero.
  public init?(_ points: [ArrheniusPoint]) throws {
    for point in points {
      for (what, value) in [
        ("temperature, K", point.temperature_K), ("diffusivity, Å²/ps", point.diffusivity_A2_per_ps),
      ] where !(value > 0 && value.isFinite) {
        throw AnalysisError.outOfRange(what: what, found: value, wanted: "above 0")
      }
    }
    let temperatures = points.map(\.temperature_K)
    guard Set(temperatures).count >= 2, let low = temperatures.min(), let high = temperatures.max() else {
      return nil
    }
    // ln D is linear in −1/(k_B T), 1/eV; its slope is Ea.
    let x = temperatures.map { -1 / (Constants.boltzmann * $0) }
    let y = points.map { Double.log($0.diffusivity_A2_per_ps) }
    let ownVariances = ArrheniusFit.ionVariances(points)
    let weights = ownVariances.map { Double.pow($0, -0.5) }
    let line = WeightedLine(x: x, y: y, weights: weights)
    activationEnergy_eV = line.slope
    logPrefactor = line.intercept
    temperatureRange_K = low...high
    let count = Double(points.count)
    let squares = zip(line.residuals, ownVariances).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    var factor: Double?
    if let pooled = ArrheniusFit.pooledFactor(points, variances: ownVariances) {
      factor = pooled.factor
      degreesOfFreedom = pooled.degreesOfFreedom
      if points.count > 2, pooled.factor > 0 {
        let ratio = squares / (count - 2) / pooled.factor
        lineProbability =
          1 - FisherF(numerator: count - 2, denominator: pooled.degreesOfFreedom).cumulative(ratio)
      }
    } else if points.count > 2 {
      factor = squares / (count - 2)
      degreesOfFreedom = count - 2
    }
    if let factor {
      let variances = ownVariances.map { factor * $0 }
      relativeError = (variances.reduce(0, +) / count).squareRoot()
      covariance = line.covariance(variances: variances)
    }
  }

  /// Relative variances for independent ions; all equal where they are not known.
  private static func ionVariances(_ points: [ArrheniusPoint]) -> [Double] {
    let known = points.compactMap { point -> Double? in
      guard let error = point.ionError_A2_per_ps, error > 0 else { return nil }
      let relative = error / point.diffusivity_A2_per_ps
      return relative * relative
    }
    guard known.count == points.count else { return points.map { _ in 1 } }
    return known
  }

  /// The ratio of the variances to `ionVariances`, pooled over temperatures.
  private static func pooledFactor(
    _ points: [ArrheniusPoint], variances: [Double]
  ) -> (factor: Double, degreesOfFreedom: Double)? {
    var sum = 0.0
    var freedom = 0.0
    for (point, variance) in zip(points, variances) {
      guard let error = point.standardError_A2_per_ps, let own = point.degreesOfFreedom else { continue }
      let relative = error / point.diffusivity_A2_per_ps
      sum += own * relative * relative / variance
      freedom += own
    }
    return freedom > 0 ? (sum / freedom, freedom) : nil
  }

  /// D of the line at a temperature, Å²/ps.
  public func diffusivity_A2_per_ps(at temperature_K: Double) -> Double {
    Double.exp(logPrefactor - activationEnergy_eV / (Constants.boltzmann * temperature_K))
  }

  /// Standard error of ln D of the line at a temperature, the covariance of Ea and ln D₀ included.
  public func logError(at temperature_K: Double) -> Double? {
    guard let covariance else { return nil }
    let x = -1 / (Constants.boltzmann * temperature_K)
    let variance = covariance[1][1] + 2 * x * covariance[0][1] + x * x * covariance[0][0]
    return max(0, variance).squareRoot()
  }

  /// Interval of D of the line at a temperature, Å²/ps; symmetric in ln D.
  public func interval(at temperature_K: Double, level: Double) -> ClosedRange<Double>? {
    guard let error = logError(at: temperature_K), let degreesOfFreedom else { return nil }
    let factor = Double.exp(StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level) * error)
    let value = diffusivity_A2_per_ps(at: temperature_K)
    return (value / factor)...(value * factor)
  }

  /// Whether the temperature lies outside the fitted range.
  public func isExtrapolation(at temperature_K: Double) -> Bool {
    !temperatureRange_K.contains(temperature_K)
  }
}
