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

  /// ln of the density between neighbouring points is a straight line: a table of a narrow peak has wide intervals
  /// beside it, which trapezia would overrate.
  private struct Interval {
    var start: Double
    var width: Double
    /// By how much ln of the density rises over the interval.
    var rise: Double
    /// The integral of the density.
    var mass: Double

    init(start: Double, end: Double, from a: Double, to b: Double) {
      self.start = start
      width = end - start
      rise = b - a
      let size = abs(rise)
      mass = width * Double.exp(max(a, b)) * (size < 1e-6 ? 1 - size / 2 : -Double.expMinusOne(-size) / size)
    }

    /// Where the share p of the mass is below.
    func place(_ p: Double) -> Double {
      if abs(rise) < 1e-6 { return start + p * width }
      let rest = Double.exp(-abs(rise))
      let share =
        rise < 0
        ? Double.log(1 - p * (1 - rest)) / rise : 1 + Double.log(p + (1 - p) * rest) / rise
      return start + min(1, max(0, share)) * width
    }

    /// Means of the place and of its square.
    var moments: (first: Double, second: Double) {
      var (one, two) = (0.5 + rise / 12, 1.0 / 3 + rise / 12)
      if abs(rise) > 1e-3 {
        let edge = 1 / (1 - Double.exp(-rise))
        one = edge - 1 / rise
        two = edge - 2 * one / rise
      }
      let first = start + one * width
      return (first, start * (2 * first - start) + two * width * width)
    }
  }

  private func intervals(_ prior: Prior) -> [Interval] {
    let top = logDiffusivity[logDiffusivity.count - 1]
    let density = zip(logDiffusivity, logLikelihood).map { $1 + (prior == .linear ? $0 - top : 0) }
    return (1..<density.count).map {
      Interval(
        start: logDiffusivity[$0 - 1], end: logDiffusivity[$0], from: density[$0 - 1], to: density[$0])
    }
  }

  /// ln D below which it lies with probability p.
  package func quantile(_ p: Double, prior: Prior = .logarithmic) -> Double {
    let intervals = intervals(prior)
    let wanted = p * intervals.reduce(0) { $0 + $1.mass }
    var sum = 0.0
    for interval in intervals {
      if sum + interval.mass >= wanted, interval.mass > 0 {
        return interval.place(max(0, wanted - sum) / interval.mass)
      }
      sum += interval.mass
    }
    return logDiffusivity[logDiffusivity.count - 1]
  }

  /// Mean and variance of ln D.
  public var moments: (mean: Double, variance: Double) {
    var (weight, first, second) = (0.0, 0.0, 0.0)
    for interval in intervals(.logarithmic) {
      let moments = interval.moments
      weight += interval.mass
      first += interval.mass * moments.first
      second += interval.mass * moments.second
    }
    let mean = first / weight
    return (mean, max(0, second / weight - mean * mean))
  }
}
