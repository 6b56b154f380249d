import Foundation
import Results

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
  /// The same for all rounds together.
  package static let wholeGrowth = 1e4

  /// - Parameters:
  ///   - energyErrors: relative standard error of Ea of each set that has one.
  ///   - target: relative standard error, such as 0.1.
  ///   - budget: core-hours; nil for no limit.
  package init(_ points: [SamplingPoint], energyErrors: [Int: Double], target: Double, budget: Double?) {
    self.init(
      points, energyErrors: energyErrors, target: target,
      energyTargets: energyErrors.mapValues { _ in target },
      budget: budget)
  }

  /// - Parameters:
  ///   - energyErrors: relative standard error of Ea of each set that has one.
  ///   - target: relative standard error of each D, such as 0.1; nil for any.
  ///   - energyTargets: relative standard error of Ea by set; any where there is none.
  ///   - budget: core-hours; nil for no limit.
  ///   - growth: the longest time of a point, as a multiple of what is sampled.
  package init(
    _ points: [SamplingPoint], energyErrors: [Int: Double], target: Double?, energyTargets: [Int: Double],
    budget: Double?, growth: Double = largestGrowth
  ) {
    self.points = points
    self.energyErrors = energyErrors
    times_ps = points.map(\.sampled_ps)
    plannedEnergyErrors = energyErrors
    let excess = SamplingExcess(points, energyErrors, target: target, energyTargets: energyTargets)
    var isOver = points.indices.map { excess.isOver($0, times_ps) }
    while isOver.contains(true) {
      var best: (index: Int, time: Double, cost: Double, gain: Double)?
      for (index, point) in points.enumerated() where isOver[index] {
        // Within a round equal steps; beyond it steps that grow with the time.
        let step = 0.02 * (growth > Self.largestGrowth ? times_ps[index] : point.sampled_ps)
        let time = min(growth * point.sampled_ps, times_ps[index] + step)
        let cost = (time - times_ps[index]) * point.cost_per_ps
        guard time > times_ps[index], cost > 0, self.cost + cost <= budget ?? .infinity else { continue }
        let (now, before) = (times_ps[index], excess.of(index, times_ps))
        times_ps[index] = time
        let gain = (before - excess.of(index, times_ps)) / cost
        times_ps[index] = now
        if gain > best?.gain ?? 0 { best = (index, time, cost, gain) }
      }
      guard let best else { break }
      times_ps[best.index] = best.time
      cost += best.cost
      for member in excess.members[points[best.index].set] ?? [] {
        isOver[member] = excess.isOver(member, times_ps)
      }
    }
    for set in energyErrors.keys {
      plannedEnergyErrors[set] = excess.energyVariance(set, times_ps).map { $0.squareRoot() }
    }
    meetsTarget = !isOver.contains(true)
  }

  /// Whether there is nothing to sample.
  package var isEmpty: Bool { zip(points, times_ps).allSatisfy { $1 <= $0.sampled_ps } }

  /// Relative error of a point after the plan.
  package func plannedError(_ index: Int) -> Double {
    points[index].variance(after_ps: times_ps[index]).squareRoot()
  }

}
