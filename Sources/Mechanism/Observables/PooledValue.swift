import Analysis
import Statistics

/// One number over all runs, by what it was computed from: means by their blocks or replicas, rates by counts,
/// ratios by the sums of the blocks.
struct PooledValue {
  /// Fewer successive hops say nothing of a correlation between them.
  static let fewestSuccessiveHops = 10

  private enum Kind { case mean, rate, timePerEvent, ratio, exponent }

  private var kind = Kind.mean
  private var number = PooledNumber()
  private var rate = EventRate()
  private var ratio = PooledRatio()
  private var successiveHops: Int?
  private var stays: SurvivalTable?

  /// Of each run.
  var means: [Double] { number.means }

  mutating func add(_ value: SampledValue) {
    switch value.detail {
    case .rate(let counts):
      kind = .rate
      rate.add(counts)
    case .timePerEvent(let counts):
      kind = .timePerEvent
      rate.add(counts)
    case .ratio(let blocks):
      kind = .ratio
      ratio.add(blocks)
      if let hops = blocks.successiveHops { successiveHops = (successiveHops ?? 0) + hops }
    case .stays(let table):
      kind = .exponent
      stays = stays.map { $0 + table } ?? table
    case nil: break
    }
    number.add(value.mean, weight: value.weight_ps, blocks: value.blocks)
  }

  /// - Parameter scale: that the interval of a mean is symmetric on.
  func finish(scale: IntervalScale) -> PooledResult {
    switch kind {
    case .mean: number.finish(scale: scale)
    case .rate: PooledResult(value: rate.rate, error: rate.error, interval: rate.interval)
    case .timePerEvent: timePerEvent
    case .ratio: pooledRatio
    case .exponent: exponent
    }
  }

  private var timePerEvent: PooledResult {
    guard let value = rate.rate, value > 0 else {
      var result = PooledResult()
      if let bound = rate.interval(level: 0.95)?.last, bound > 0 {
        result.warning = .noStayEnded(bound_ps: 1 / bound)
      }
      return result
    }
    return PooledResult(value: 1 / value, error: rate.error.map { $0 / (value * value) }) { level in
      rate.interval(level: level).flatMap { ends in
        ends.allSatisfy { $0 > 0 } ? [1 / ends[1], 1 / ends[0]] : nil
      }
    }
  }

  private var pooledRatio: PooledResult {
    if let successiveHops, successiveHops < Self.fewestSuccessiveHops {
      var result = PooledResult()
      result.warning = .tooFewSuccessiveHops(found: successiveHops, minimum: Self.fewestSuccessiveHops)
      return result
    }
    guard let value = ratio.value else { return PooledResult() }
    let error = ratio.error
    return PooledResult(value: value, error: error?.value) { level in
      error.flatMap {
        IntervalScale.positive.interval(
          value: value, error: $0.value, degreesOfFreedom: $0.degreesOfFreedom, level: level)
      }
    }
  }

  /// Student's t with this many degrees of freedom is the normal distribution to all digits that matter.
  private static let normal = 1e6

  /// Weibull's exponent of the stays of all runs, with the error of independent stays.
  private var exponent: PooledResult {
    guard let stays, let fit = StretchedStays(stays) else {
      var result = PooledResult()
      result.warning = .tooFewStays(found: stays?.endedCount ?? 0, minimum: StretchedStays.fewestStays)
      return result
    }
    var result = PooledResult(value: fit.exponent, error: fit.exponent * fit.logError) { level in
      IntervalScale.positive.interval(
        value: fit.exponent, error: fit.exponent * fit.logError, degreesOfFreedom: Self.normal, level: level)
    }
    if fit.isPreferred(ended: stays.endedCount) {
      result.warning = .stretchedResidence(exponent: fit.exponent)
    }
    return result
  }
}
