import Analysis
import Mathematics
import Mechanism
import RealModule
import Units

/// The activation energy of rotation of each kind of anion, from ln τ₂ against 1/T: the slope that NMR and QENS
/// measure. Temperatures that have a bound only are left out, with a warning.
/// - Parameter temperatures: of one set.
/// - Returns: one value for each kind of anion; nil where fewer than two temperatures have a rotation time.
/// - Throws: `AnalysisError` for a time that is not finite.
package func rotationBarriers(_ temperatures: [TemperatureSummary]) throws -> [ObservableValue] {
  let name = "correlation-time-2"
  let kinds = Set(temperatures.flatMap(\.observables).filter { $0.name == name }.map(\.series)).sorted()
  return try kinds.map { kind in
    let all = temperatures.compactMap { t in
      t.observables.first { $0.name == name && $0.series == kind }.map { (t.temperature_K, $0) }
    }
    let known = all.filter { ($0.1.value ?? 0) > 0 }
    let missing = all.filter { ($0.1.value ?? 0) <= 0 }.map(\.0)
    let points = known.compactMap { BarrierPoint(temperature_K: $0.0, $0.1) }
    if points.count == known.count, let fit = BarrierFit(points) {
      return fit.value(of: kind, missing_K: missing)
    }
    return try withoutIntervals(known, kind: kind)
  }
}

/// Results of a version without intervals: the fit of D applies to any rate that follows Arrhenius, such as 1/τ.
private func withoutIntervals(_ times: [(Double, ObservableValue)], kind: String) throws -> ObservableValue {
  let points = times.map { temperature_K, time in
    let tau = time.value ?? 0
    return ArrheniusPoint(
      temperature_K: temperature_K, diffusivity_A2_per_ps: 1 / tau,
      standardError_A2_per_ps: time.error.map { $0 / (tau * tau) },
      degreesOfFreedom: time.error.map { _ in ObservablePool.blockDegreesOfFreedom })
  }
  let fit = try ArrheniusFit(points)
  return ObservableValue(
    name: "rotation-activation-energy", series: kind, value: fit?.activationEnergy_eV,
    error: fit?.activationEnergyError_eV, unit: "eV",
    warning: fit == nil ? .tooFewCorrelationTimes(found: points.count) : nil)
}

/// ln τ at one temperature with the widths of its distribution to both sides.
struct BarrierPoint {
  /// 1/(k_B T), 1/eV.
  var x: Double
  /// ln τ.
  var y: Double
  /// Half of the 95 % interval below and above y over the normal quantile: as wide as Student's t of few anions.
  var below: Double
  var above: Double

  init(x: Double, y: Double, below: Double, above: Double) {
    self.x = x
    self.y = y
    self.below = below
    self.above = above
  }

  /// - Returns: nil without a closed 95 % interval.
  init?(temperature_K: Double, _ time: ObservableValue) {
    guard let tau = time.value, let interval = time.interval95, interval.count == 2, interval[0] > 0,
      interval[0] < tau, interval[1] > tau, interval[1].isFinite
    else { return nil }
    x = 1 / (Constants.boltzmann * temperature_K)
    y = Double.log(tau)
    below = Double.log(tau / interval[0]) / BarrierFit.quantile95
    above = Double.log(interval[1] / tau) / BarrierFit.quantile95
  }
}

/// A line through points whose errors differ to both sides, by maximum likelihood, and the profile likelihood of its
/// slope. Each point has half of a normal distribution to either side; their logarithm is concave, so that there is one
/// maximum.
struct BarrierFit {
  /// Of the normal distribution.
  static let quantile95 = 1.959963984540054
  private static let quantile68 = 0.994457883209753

  private let points: [BarrierPoint]
  /// eV.
  let slope: Double
  /// −2 ln of the likelihood over that of a line through all points.
  let misfit: Double

  /// - Returns: nil for fewer than two temperatures.
  init?(_ points: [BarrierPoint]) {
    let x = points.map(\.x)
    guard let low = x.min(), let high = x.max(), high > low else { return nil }
    self.points = points
    // The slope of any two points bounds that of the line; golden sections find the minimum of a convex function.
    var slopes: [Double] = []
    for (i, a) in points.enumerated() {
      for b in points[(i + 1)...] where a.x != b.x { slopes.append((a.y - b.y) / (a.x - b.x)) }
    }
    var left = (slopes.min() ?? 0) - 1e-9
    var right = (slopes.max() ?? 0) + 1e-9
    let golden = (5.0.squareRoot() - 1) / 2
    while right - left > 1e-9 * max(1, abs(left) + abs(right)) {
      let a = right - golden * (right - left)
      let b = left + golden * (right - left)
      if Self.misfit(points, slope: a) < Self.misfit(points, slope: b) { right = b } else { left = a }
    }
    slope = (left + right) / 2
    misfit = Self.misfit(points, slope: slope)
  }

  /// The least misfit of a line of a slope.
  private static func misfit(_ points: [BarrierPoint], slope: Double) -> Double {
    let rests = points.map { $0.y - slope * $0.x }
    var low = rests.min() ?? 0
    var high = rests.max() ?? 0
    func pull(_ intercept: Double) -> Double {
      zip(points, rests).reduce(0) { sum, pair in
        let off = intercept - pair.1
        let width = off > 0 ? pair.0.above : pair.0.below
        return sum + off / (width * width)
      }
    }
    for _ in 0..<100 where high > low {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if pull(middle) > 0 { high = middle } else { low = middle }
    }
    return zip(points, rests).reduce(0) { sum, pair in
      let off = (low + high) / 2 - pair.1
      let width = off > 0 ? pair.0.above : pair.0.below
      return sum + off * off / (width * width)
    }
  }

  /// The slopes whose likelihood is not too far below the maximum.
  private func interval(_ quantile: Double) -> [Double] {
    [-1.0, 1].map { sign in
      var step = 1e-4
      while Self.misfit(points, slope: slope + sign * step) - misfit < quantile * quantile, step < 1e6 {
        step *= 2
      }
      var inside = step <= 1e-4 ? 0 : step / 2
      for _ in 0..<60 {
        let middle = (inside + step) / 2
        if Self.misfit(points, slope: slope + sign * middle) - misfit < quantile * quantile {
          inside = middle
        } else {
          step = middle
        }
      }
      return slope + sign * inside
    }
  }

  var interval68: [Double] { interval(Self.quantile68) }
  var interval95: [Double] { interval(Self.quantile95) }

  /// With a p value below this, the temperatures do not lie on one line.
  private static let leastProbability = 0.01

  func value(of kind: String, missing_K: [Double]) -> ObservableValue {
    let narrow = interval68
    var warning: Warning?
    if points.count > 2 {
      let chance = 1 - ChiSquared(degreesOfFreedom: Double(points.count - 2)).cumulative(misfit)
      if chance < Self.leastProbability { warning = .notOnOneLine(probability: chance) }
    }
    if warning == nil, !missing_K.isEmpty {
      warning = .temperaturesWithoutRotationTime(temperatures_K: missing_K)
    }
    return ObservableValue(
      name: "rotation-activation-energy", series: kind, value: slope, error: (narrow[1] - narrow[0]) / 2,
      interval68: narrow, interval95: interval95, unit: "eV", warning: warning)
  }
}
