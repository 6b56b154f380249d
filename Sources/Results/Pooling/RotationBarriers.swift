import Analysis
import Mechanism
import RealModule

/// The activation energy of rotation of each kind of anion, from ln τ₂ against 1/T: the slope that NMR and QENS
/// measure. The fit of D applies to any rate that follows Arrhenius, such as 1/τ. Temperatures that have a bound only are
/// left out, with a warning.
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
    let missing = all.filter { ($0.1.value ?? 0) <= 0 }.map(\.0)
    let points = all.compactMap { ArrheniusPoint(temperature_K: $0.0, rotationTime: $0.1) }
    return try barrier(ArrheniusFit(points), points: points.count, of: kind, missing_K: missing)
  }
}

private func barrier(
  _ fit: ArrheniusFit?, points: Int, of kind: String, missing_K: [Double]
) -> ObservableValue {
  var warning: Warning?
  if fit == nil {
    warning = .tooFewCorrelationTimes(found: points)
  } else if let curved = fit?.curvature {
    warning = curved
  } else if !missing_K.isEmpty {
    warning = .temperaturesWithoutRotationTime(temperatures_K: missing_K)
  }
  func ends(_ level: Double) -> [Double]? {
    fit?.activationEnergyInterval_eV(level: level).map { [$0.lowerBound, $0.upperBound] }
  }
  return ObservableValue(
    name: "rotation-activation-energy", series: kind, value: fit?.activationEnergy_eV,
    error: fit?.activationEnergyError_eV, interval68: ends(0.68), interval95: ends(0.95), unit: "eV",
    warning: warning)
}

extension ArrheniusPoint {
  /// Of the normal distribution.
  private static let quantile95 = 1.959963984540054

  /// 1/τ with a likelihood that falls to both sides as the ends of the 95 % interval of τ say, or, in results of a
  /// version without intervals, with its standard error.
  /// - Returns: nil without a time.
  package init?(temperature_K: Double, rotationTime time: ObservableValue) {
    guard let tau = time.value, tau > 0 else { return nil }
    self.init(temperature_K: temperature_K, diffusivity_A2_per_ps: 1 / tau)
    if let ends = time.interval95, ends.count == 2, ends[0] > 0, ends[0] < tau, ends[1] > tau,
      ends[1].isFinite
    {
      likelihood = LogLikelihood(
        value: 1 / tau, relativeErrorBelow: Double.log(ends[1] / tau) / Self.quantile95,
        above: Double.log(tau / ends[0]) / Self.quantile95)
    } else if let error = time.error {
      standardError_A2_per_ps = error / (tau * tau)
      degreesOfFreedom = ObservablePool.blockDegreesOfFreedom
    }
  }
}
