import Mathematics
import RealModule

/// D of a set of runs by likelihood: what all frequencies, ions and replicas say together.
struct DiffusivityLikelihood {
  /// ln D with every doubt.
  let total: LogLikelihood
  /// The median of the posterior of the spectrum alone, Å²/ps.
  let value_A2_per_ps: Double
  let memoryProbability: Double
  let replicasDifferProbability: Double
  /// Most of the variance is that of what D(t) does beyond the times resolved.
  let isLimitedByMemory: Bool

  /// - Parameters:
  ///   - allowsMemory: whether D(t) may still fall.
  ///   - unseenJump: what one more jump would add to D, Å²/ps.
  /// - Returns: nil where nothing moves.
  init?(_ pool: SpectrumPool, allowsMemory: Bool, unseenJump: Double) {
    guard !pool.points.isEmpty else { return nil }
    let duration = pool.runs.map(\.duration_ps).max() ?? 0
    let spectrum = SpectrumLikelihood(pool.points, duration_ps: duration, allowsMemory: allowsMemory)
    let common = pool.commonVariance(shares: spectrum.shares)
    let scatter = CommonScatter(
      variance: common.value, degreesOfFreedom: common.freedom, gaussian: common.gaussian,
      collectivity: pool.collectivity, deviations: pool.deviations(shares: spectrum.shares))
    let inner = LogLikelihood(
      logDiffusivity: spectrum.logDiffusivity, logLikelihood: spectrum.logLikelihood)
    value_A2_per_ps = Double.exp(inner.quantile(0.5))
    memoryProbability = spectrum.memoryProbability
    replicasDifferProbability = scatter.replicasDifferProbability
    total = scatter.blurred(spectrum).allowing(unseenJump_A2_per_ps: unseenJump)
    isLimitedByMemory = inner.moments.variance > total.moments.variance / 2
  }
}

extension LogLikelihood {
  /// Where the runs do not tell D from none, jumps may have escaped them: none is seen with the probability
  /// exp(−D/one jump).
  func allowing(unseenJump_A2_per_ps jump: Double) -> LogLikelihood {
    // The likelihood of no diffusion.
    let none = Double.exp(logLikelihood[0])
    guard none > 1e-9, jump > 0 else { return self }
    var grid = logDiffusivity
    // Up to where a jump would surely have been seen.
    let top = Double.log(jump) + 4
    while let last = grid.last, last < top { grid.append(min(top, last + 0.1)) }
    return LogLikelihood(
      logDiffusivity: grid,
      logLikelihood: grid.map { x in
        let seen = Double.exp(min(0, value(at: x)))
        let likelihood = seen + none * Double.exp(-Double.exp(x) / jump) * (1 - seen)
        return likelihood > 0 ? Double.log(likelihood) : -.infinity
      })
  }

  /// No motion was seen at all.
  init(unseenJump_A2_per_ps jump: Double) {
    let grid = stride(from: -12.0, through: 4, by: 0.05).map { $0 + Double.log(jump) }
    self.init(logDiffusivity: grid, logLikelihood: grid.map { -Double.exp($0) / jump })
  }
}

/// Student's t distribution with the same central intervals of 68 % and 95 %, for results that give an error and
/// its degrees of freedom.
/// - Parameters:
///   - half68: half-width of the interval of 68 %, above 0.
///   - half95: of that of 95 %.
func equivalentStudent(half68: Double, half95: Double) -> (standardError: Double, degreesOfFreedom: Double) {
  let ratio = half95 / half68
  func ratioOf(_ freedom: Double) -> Double {
    let t = StudentT(degreesOfFreedom: freedom)
    return t.halfWidth(level: 0.95) / t.halfWidth(level: 0.68)
  }
  // The ratio falls with the degrees of freedom: bisection of their logarithm.
  var (low, high) = (0.0, Double.log(1000))
  for _ in 0..<40 {
    let middle = (low + high) / 2
    if ratioOf(Double.exp(middle)) > ratio { low = middle } else { high = middle }
  }
  let freedom = Double.exp(high)
  return (half68 / StudentT(degreesOfFreedom: freedom).halfWidth(level: 0.68), freedom)
}
