/// How far the squared relative errors of points and of the energies of their sets are above their targets.
struct SamplingExcess {
  private let points: [SamplingPoint]
  /// Indices of the points by set.
  let members: [Int: [Int]]
  /// Squared relative target of each D; nil for any.
  private let limit: Double?
  /// Squared relative target of Ea by set.
  private let energyLimits: [Int: Double]
  /// By which the variance of a slope has to be multiplied for the variance of the set's Ea.
  private var scales: [Int: Double] = [:]

  /// - Parameters:
  ///   - energyErrors: relative, by set.
  ///   - target: relative; nil for any.
  ///   - energyTargets: relative, by set.
  init(
    _ points: [SamplingPoint], _ energyErrors: [Int: Double], target: Double?, energyTargets: [Int: Double]
  ) {
    self.points = points
    members = Dictionary(grouping: points.indices) { points[$0].set }
    limit = target.map { $0 * $0 }
    energyLimits = energyTargets.mapValues { $0 * $0 }
    for (set, error) in energyErrors {
      scales[set] = slopeVariance(set, points.map(\.sampled_ps)).map { error * error / $0 }
    }
  }

  /// The excess of a point and of the energy of its set.
  func of(_ index: Int, _ times_ps: [Double]) -> Double {
    let own = limit.map { points[index].variance(after_ps: times_ps[index]) - $0 } ?? 0
    let set = points[index].set
    let shared = energyLimits[set].flatMap { limit in energyVariance(set, times_ps).map { $0 - limit } } ?? 0
    return max(0, own) + max(0, shared)
  }

  /// Whether it is more than rounding.
  func isOver(_ index: Int, _ times_ps: [Double]) -> Bool {
    let least = [limit, energyLimits[points[index].set]].compactMap { $0 }.min() ?? 0
    return of(index, times_ps) > 1e-9 * least
  }

  /// Squared relative error of a set's Ea; nil where it has none.
  func energyVariance(_ set: Int, _ times_ps: [Double]) -> Double? {
    guard let scale = scales[set], let variance = slopeVariance(set, times_ps) else { return nil }
    return scale * variance
  }

  /// Variance of the slope of ln D over 1/T by weighted least squares, up to a factor that the fit's own error
  /// gives: 1/Σ w (x − x̄)², w = 1/σ².
  private func slopeVariance(_ set: Int, _ times_ps: [Double]) -> Double? {
    var (sum, first, second) = (0.0, 0.0, 0.0)
    for index in members[set] ?? [] where points[index].diffused {
      let weight = 1 / points[index].variance(after_ps: times_ps[index])
      let x = 1000 / points[index].temperature_K
      sum += weight
      first += weight * x
      second += weight * x * x
    }
    guard sum > 0 else { return nil }
    let spread = second - first * first / sum
    return spread > 1e-12 * second ? 1 / spread : nil
  }
}

extension SamplingPoint {
  /// Squared relative error of D after a longer time, ps: errors fall as 1/√t.
  func variance(after_ps time_ps: Double) -> Double {
    relativeError * relativeError * sampled_ps / max(time_ps, sampled_ps)
  }
}
