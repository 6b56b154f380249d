import Mathematics
import RealModule

extension DecayFit {
  /// The interval of τ by its profile likelihood, ps: an end is nil where no time is excluded on that side.
  package func interval(level: Double) -> (low: Double?, high: Double?) {
    let quantile = StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level)
    // Where the best time is beyond all that was seen, its error means nothing, and χ² is all there is.
    let widening = isBeyond ? 1 : logTimeError * logTimeError / curvatureVariance
    let limit = quantile * quantile * widening
    return (end(-1, limit).map(Double.exp), end(1, limit).map(Double.exp))
  }

  private var isBeyond: Bool { decay.time_ps > 10 * samples.length_ps }

  /// How much a time is less likely than the best, in χ². The noise of a rate is that of a rate of this size, as of
  /// a number of events that are counted: with few of them the interval is not symmetric.
  private func excess(_ found: DecayLeastSquares.Minimum) -> Double {
    let ratio = isBeyond ? 1 : Double.exp(found.parameters[0] - minimum.parameters[0])
    return (found.chiSquared - minimum.chiSquared) * ratio
  }

  private func end(_ sign: Double, _ limit: Double) -> Double? {
    let last = sign > 0 ? Double.log(1000 * samples.length_ps) : Double.log(samples.interval_ps / 20)
    var inside = minimum.parameters
    var step = isBeyond ? 0.3 : max(0.3 * logTimeError, 0.01)
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
    while abs(out[0] - inside[0]) > 0.01 * min(max(logTimeError, 1e-3), 1) {
      var trial = inside
      trial[0] = (inside[0] + out[0]) / 2
      let found = squares.minimum(minimum.form, from: trial, held: 0)
      if excess(found) > limit { out = found.parameters } else { inside = found.parameters }
    }
    return (inside[0] + out[0]) / 2
  }
}
