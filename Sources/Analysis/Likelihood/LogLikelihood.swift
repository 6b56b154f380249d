import RealModule

/// The likelihood of ln D as a table: what the runs of one temperature say about D, with every doubt included.
///
/// With equal prior probabilities of all ln D it is the posterior density, whose quantiles are the interval.
public struct LogLikelihood: Codable, Sendable, Equatable {
  /// ln D, D in Å²/ps, ascending.
  public private(set) var logDiffusivity: [Double]
  /// ln of the likelihood at each, 0 at its maximum.
  public private(set) var logLikelihood: [Double]

  /// - Parameters:
  ///   - logDiffusivity: ascending, two or more.
  ///   - logLikelihood: as many; any constant may be added.
  init(logDiffusivity: [Double], logLikelihood: [Double]) {
    let top = logLikelihood.max() ?? 0
    self.logDiffusivity = logDiffusivity
    self.logLikelihood = logLikelihood.map { max(-1e4, $0 - top) }
  }

  /// Interpolated; beyond the table as at its lower end, and falling as steeply as at its upper end.
  public func value(at x: Double) -> Double {
    let (xs, ys) = (logDiffusivity, logLikelihood)
    let last = xs.count - 1
    if x <= xs[0] { return ys[0] + min(0, (x - xs[0]) * max(0, lowerSlope)) }
    if x >= xs[last] {
      let slope = (ys[last] - ys[last - 1]) / (xs[last] - xs[last - 1])
      return ys[last] + (x - xs[last]) * min(slope, -1)
    }
    var (low, high) = (0, last)
    while high - low > 1 {
      let middle = (low + high) / 2
      if xs[middle] <= x { low = middle } else { high = middle }
    }
    let share = (x - xs[low]) / (xs[high] - xs[low])
    return ys[low] + share * (ys[high] - ys[low])
  }

  private var lowerSlope: Double {
    (logLikelihood[1] - logLikelihood[0]) / (logDiffusivity[1] - logDiffusivity[0])
  }

  /// How much less likely no diffusion is than the most likely D: the difference of the logarithms.
  var evidenceOfDiffusion: Double { -logLikelihood[0] }

  /// Which values are equally probable before the runs.
  package enum Prior: Sendable {
    /// Of ln D: any order of magnitude.
    case logarithmic
    /// Of D: for upper bounds, where runs do not tell D from none.
    case linear
  }

  /// Σ of the density from the lowest point to each, by trapezia; the last is 1.
  private func cumulative(_ prior: Prior) -> [Double] {
    var sums = [0.0]
    let top = logDiffusivity[logDiffusivity.count - 1]
    let density = zip(logDiffusivity, logLikelihood).map { x, value in
      Double.exp(value + (prior == .linear ? x - top : 0))
    }
    for index in 1..<density.count {
      let width = logDiffusivity[index] - logDiffusivity[index - 1]
      sums.append(sums[index - 1] + (density[index] + density[index - 1]) / 2 * width)
    }
    return sums.map { $0 / sums[sums.count - 1] }
  }

  /// ln D below which it lies with probability p.
  package func quantile(_ p: Double, prior: Prior = .logarithmic) -> Double {
    let sums = cumulative(prior)
    let index = sums.firstIndex { $0 >= p } ?? sums.count - 1
    guard index > 0 else { return logDiffusivity[0] }
    let share = (p - sums[index - 1]) / max(1e-300, sums[index] - sums[index - 1])
    return logDiffusivity[index - 1] + share * (logDiffusivity[index] - logDiffusivity[index - 1])
  }

  /// Mean and variance of ln D.
  public var moments: (mean: Double, variance: Double) {
    var (weight, first, second) = (0.0, 0.0, 0.0)
    for index in logDiffusivity.indices {
      let left = index > 0 ? logDiffusivity[index] - logDiffusivity[index - 1] : 0
      let right = index + 1 < logDiffusivity.count ? logDiffusivity[index + 1] - logDiffusivity[index] : 0
      let w = (left + right) / 2 * Double.exp(logLikelihood[index])
      weight += w
      first += w * logDiffusivity[index]
      second += w * logDiffusivity[index] * logDiffusivity[index]
    }
    let mean = first / weight
    return (mean, max(0, second / weight - mean * mean))
  }
}
