import Foundation

/// The errors of one set and temperature, and the cost of further sampling.
package struct SamplingPoint: Codable, Equatable, Sendable {
  /// Index of the set in the study's summary.
  package var set: Int
  package var temperature_K: Double
  /// Relative standard error of D; of the number of hops where there is no D.
  package var relativeError: Double
  /// Whether its D enters the fit of the activation energy.
  package var diffused: Bool
  /// Summed over replicas.
  package var sampled_ps: Double
  /// Core-hours for a further ps.
  package var cost_per_ps: Double

}

extension SamplingPoint {
  /// - Parameter cost_per_ps: core-hours.
  package init(set: Int, _ summary: TemperatureSummary, cost_per_ps: Double) {
    var error = Double.infinity
    if let D = summary.diffusivity_A2_per_ps, D > 0, let sigma = summary.diffusivityError {
      error = sigma / D
    }
    // Without a D: n hops have a relative error of 1/√n.
    let counting = 1 / max(0.5, Double(summary.hops)).squareRoot()
    self.init(
      set: set, temperature_K: summary.temperature_K,
      relativeError: error.isFinite ? error : max(counting, 0.3),
      diffused: error.isFinite, sampled_ps: summary.sampled_ps, cost_per_ps: cost_per_ps)
  }
}

/// How much longer each point should be sampled so that the errors of D and Ea fall below a target, at the
/// least cost.
///
/// Errors are assumed to fall as 1/√t. Each step of sampling goes to the point where it most reduces, per
/// core-hour, the sum of the squared relative errors (of D at each point and Ea of each set) in excess of the
/// target squared. Each is convex in the times, so that the greedy algorithm ends near the cheapest plan.
package struct SamplingPlan: Equatable, Sendable {
  package var points: [SamplingPoint]
  /// Planned time of each point, ps, summed over replicas; at least the time already sampled.
  package var times_ps: [Double]
  /// By set; nil where there is no activation energy.
  package var energyErrors: [Int: Double]
  /// Expected after the plan.
  package var plannedEnergyErrors: [Int: Double]
  /// Core-hours.
  package var cost = 0.0
  /// Whether the plan, if its estimates hold, meets the target.
  package var meetsTarget = false

  /// Upper limit of a point's time after one round, as a multiple of the time already sampled: the errors on
  /// which the plan is based are themselves uncertain.
  package static let largestGrowth = 4.0

  /// - Parameters:
  ///   - energyErrors: relative standard error of Ea of each set that has one.
  ///   - target: relative standard error, such as 0.1.
  ///   - budget: core-hours; nil for no limit.
  package init(_ points: [SamplingPoint], energyErrors: [Int: Double], target: Double, budget: Double?) {
    self.points = points
    self.energyErrors = energyErrors
    times_ps = points.map(\.sampled_ps)
    plannedEnergyErrors = energyErrors
    let limit = target * target
    let members = Dictionary(grouping: points.indices) { points[$0].set }
    let scales = energyErrors.reduce(into: [Int: Double]()) { scales, item in
      scales[item.key] = Self.energyVariance(members[item.key] ?? [], points, points.map(\.sampled_ps)).map {
        item.value * item.value / $0
      }
    }
    /// The excess of a point and of the energy of its set over the target; infinite errors count as far above.
    func excess(_ index: Int) -> Double {
      let own = Self.variance(points[index], times_ps[index]) - limit
      let set = points[index].set
      let shared =
        scales[set].map { $0 * (Self.energyVariance(members[set] ?? [], points, times_ps) ?? 0) - limit } ?? 0
      return max(0, own) + max(0, shared)
    }
    var isOver = points.indices.map { excess($0) > 1e-9 * limit }
    while isOver.contains(true) {
      var best: (index: Int, time: Double, cost: Double, gain: Double)?
      for (index, point) in points.enumerated() where isOver[index] {
        let largest = Self.largestGrowth * point.sampled_ps
        let time = min(largest, times_ps[index] + 0.02 * point.sampled_ps)
        let cost = (time - times_ps[index]) * point.cost_per_ps
        guard time > times_ps[index], cost > 0, self.cost + cost <= budget ?? .infinity else { continue }
        let (now, before) = (times_ps[index], excess(index))
        times_ps[index] = time
        let gain = (before - excess(index)) / cost
        times_ps[index] = now
        if gain > best?.gain ?? 0 { best = (index, time, cost, gain) }
      }
      guard let best else { break }
      times_ps[best.index] = best.time
      cost += best.cost
      for member in members[points[best.index].set] ?? [] { isOver[member] = excess(member) > 1e-9 * limit }
    }
    for (set, scale) in scales {
      plannedEnergyErrors[set] = Self.energyVariance(members[set] ?? [], points, times_ps).map {
        (scale * $0).squareRoot()
      }
    }
    meetsTarget = !isOver.contains(true)
  }

  /// Whether there is nothing to sample.
  package var isEmpty: Bool { zip(points, times_ps).allSatisfy { $1 <= $0.sampled_ps } }

  /// Relative error of a point after the plan.
  package func plannedError(_ index: Int) -> Double {
    Self.variance(points[index], times_ps[index]).squareRoot()
  }

  private static func variance(_ point: SamplingPoint, _ time_ps: Double) -> Double {
    point.relativeError * point.relativeError * point.sampled_ps / max(time_ps, point.sampled_ps)
  }

  /// Variance of the slope of ln D over 1/T by weighted least squares, up to a factor that the fit's own error
  /// gives: 1/Σ w (x − x̄)², w = 1/σ².
  private static func energyVariance(
    _ members: [Int], _ points: [SamplingPoint], _ times_ps: [Double]
  ) -> Double? {
    var (sum, first, second) = (0.0, 0.0, 0.0)
    for index in members where points[index].diffused {
      let point = points[index]
      let weight = 1 / variance(point, times_ps[index])
      let x = 1000 / point.temperature_K
      sum += weight
      first += weight * x
      second += weight * x * x
    }
    guard sum > 0 else { return nil }
    let spread = second - first * first / sum
    return spread > 1e-12 * second ? 1 / spread : nil
  }
}
