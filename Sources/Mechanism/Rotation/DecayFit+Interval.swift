import Mathematics
import RealModule

extension DecayFit {
  /// The interval of τ by its profile likelihood, ps: an end is nil where no time is excluded on that side.
  func interval(level: Double) -> (low: Double?, high: Double?) {
    let quantile = StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level)
    let limit = quantile * quantile * logTimeError * logTimeError / curvatureVariance
    return (end(-1, limit).map(Double.exp), end(1, limit).map(Double.exp))
  }

  /// How much a time is less likely than the best, in χ². The noise of a rate is that of a rate of this size, as of
  /// a number of events that are counted: with few of them the interval is not symmetric.
  private func excess(_ found: DecayLeastSquares.Minimum) -> Double {
    (found.chiSquared - minimum.chiSquared) * Double.exp(found.parameters[0] - minimum.parameters[0])
  }

  private func end(_ sign: Double, _ limit: Double) -> Double? {
    let last = sign > 0 ? Double.log(1000 * samples.length_ps) : Double.log(samples.interval_ps / 20)
    var inside = minimum.parameters
    var step = max(0.3 * logTimeError, 0.01)
    var outside: [Double]?
    while outside == nil {
      var trial = inside
      trial[0] += sign * step
      if sign * (trial[0] - last) > 0 { return nil }
      let found = squares.minimum(minimum.form, from: trial, held: 0)
      if excess(found) > limit { outside = found.parameters } else { inside = found.parameters }
      step *= 1.3
    }
    guard var out = outside else { return nil }
    while abs(out[0] - inside[0]) > 0.01 * max(logTimeError, 1e-3) {
      var trial = inside
      trial[0] = (inside[0] + out[0]) / 2
      let found = squares.minimum(minimum.form, from: trial, held: 0)
      if excess(found) > limit { out = found.parameters } else { inside = found.parameters }
    }
    return (inside[0] + out[0]) / 2
  }
}
