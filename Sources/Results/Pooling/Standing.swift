import Analysis
import Mechanism

// Numbers that mean nothing are left out with the reason; where an interval says what the data allow, it stays.

extension ObservableValue {
  /// An interval whose ends differ by more than this factor does not tell the order of magnitude.
  private static let widestFactor = 100.0
  /// Beyond this not even the interval says anything.
  private static let meaninglessFactor = 1e6

  /// Without its value where that means nothing.
  /// - Parameter diffusion: the lags between which D of the same temperature was fitted, ps; nil where there is no D.
  func withStanding(diffusion: ClosedRange<Double>?) -> ObservableValue {
    guard let value, let reason = objection(to: value, diffusion: diffusion) else { return self }
    return ObservableValue(
      name: name, series: series, value: nil, error: nil, interval68: usable(interval68),
      interval95: usable(interval95), unit: unit, warning: reason)
  }

  /// Why a value means nothing; nil where it does.
  private func objection(to value: Double, diffusion: ClosedRange<Double>?) -> Warning? {
    if warning == .correlationDoesNotDecay { return warning }
    if case .cationsOffInterstices = warning, Self.ofInterstices.contains(name) { return warning }
    if case .fittedBetween(let from, let to) = warning {
      guard let diffusion else { return .noDiffusivityToCompare(from_ps: from, to_ps: to) }
      // Displacements before D's window are those of rattling and of hops that are undone.
      if to < diffusion.lowerBound {
        return .fittedBeforeDiffusion(from_ps: from, to_ps: to, diffusionFrom_ps: diffusion.lowerBound)
      }
    }
    guard let error else { return nil }
    if isPositive ? error > abs(value) : unit == "1" && error > max(1, abs(value)) {
      return .errorExceedsValue(value: value, error: error)
    }
    if isPositive, let ends = interval95, ends.count == 2, !(ends[1] <= Self.widestFactor * ends[0]) {
      return .intervalTooWide(low: ends[0], high: ends[1])
    }
    return nil
  }

  private static let ofInterstices: Set = ["interstice-share", "interstice-occupation", "site-entropy"]

  /// Whether the quantity has no sign, so that an error as large as the value leaves nothing.
  private var isPositive: Bool {
    ObservableCatalogue.value(name)?.scale == .positive || ["ps", "1/ps", "Å²/ps"].contains(unit)
  }

  private func usable(_ ends: [Double]?) -> [Double]? {
    guard let ends, ends.count == 2, ends.allSatisfy(\.isFinite) else { return nil }
    return isPositive && !(ends[1] < Self.meaninglessFactor * ends[0]) ? nil : ends
  }

  /// In the unit that files and pages have for the quantity: diffusivities in cm²/s.
  var inReportedUnit: ObservableValue {
    guard unit == "Å²/ps" else { return self }
    func scaled(_ x: Double) -> Double { x * TemperatureSummary.cm2PerSecond }
    return ObservableValue(
      name: name, series: series, value: value.map(scaled), error: error.map(scaled),
      interval68: interval68?.map(scaled), interval95: interval95?.map(scaled), unit: "cm²/s",
      warning: warning)
  }
}

extension PooledTemperature {
  /// With observables that mean something alone, in the units of the files.
  var withStanding: PooledTemperature {
    var pooled = self
    let window = curves.fitWindow_ps.flatMap { $0.count == 2 && $0[0] <= $0[1] ? $0[0]...$0[1] : nil }
    pooled.summary.observables = summary.observables.map { $0.withStanding(diffusion: window).inReportedUnit }
    return pooled
  }
}
