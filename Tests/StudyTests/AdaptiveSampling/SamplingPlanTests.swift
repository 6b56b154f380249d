import Testing

@testable import AdaptiveSampling
@testable import Results

private func point(
  _ temperature_K: Double, error: Double, sampled_ps: Double = 100, cost_per_ps: Double = 1,
  diffused: Bool = true
) -> SamplingPoint {
  SamplingPoint(
    set: 0, temperature_K: temperature_K, relativeError: error, diffused: diffused, sampled_ps: sampled_ps,
    cost_per_ps: cost_per_ps)
}

@Suite struct SamplingPlanTests {
  /// Errors fall as 1/√t: half the error needs four times the time.
  @Test func eachPointIsSampledAsLongAsItsErrorNeeds() {
    let plan = SamplingPlan(
      [point(500, error: 0.15), point(600, error: 0.05), point(700, error: 0.1)], energyErrors: [:],
      target: 0.1,
      budget: nil)
    // Steps of 2 % of the time already sampled.
    #expect(abs(plan.times_ps[0] - 225) <= 2.0001)
    #expect(plan.times_ps[1] == 100)
    #expect(plan.times_ps[2] == 100)
    #expect(plan.meetsTarget)
    #expect(plan.plannedError(0) <= 0.1)
    #expect(abs(plan.cost - (plan.times_ps[0] - 100)) < 1e-9)
  }

  /// The slope of three equally spaced points does not depend on the middle one where all have the same
  /// error, so sampling for Ea goes to the ends.
  @Test func whatTheEnergyNeedsGoesToTheEndsOfTheLine() {
    // 1000/T = 1.25, 1.5, 1.75.
    let points = [800.0, 1000 / 1.5, 1000 / 1.75].map { point($0, error: 0.05) }
    let plan = SamplingPlan(points, energyErrors: [0: 0.14], target: 0.1, budget: nil)
    // var ∝ 1/t with both ends: (0.14/0.1)² = 1.96.
    #expect(abs(plan.times_ps[0] - 196) <= 4)
    #expect(plan.times_ps[1] == 100)
    #expect(abs(plan.times_ps[2] - 196) <= 4)
    #expect(plan.meetsTarget)
    #expect((plan.plannedEnergyErrors[0] ?? 1) <= 0.1)
  }

  /// Of two points with the same error, a budget for one goes to the cheaper.
  @Test func aBudgetIsSpentWhereItTakesMost() {
    let points = [point(500, error: 0.2, cost_per_ps: 4), point(600, error: 0.2, cost_per_ps: 1)]
    let plan = SamplingPlan(points, energyErrors: [:], target: 0.1, budget: 100)
    #expect(plan.times_ps[0] == 100)
    #expect(abs(plan.times_ps[1] - 200) <= 2.0001)
    #expect(plan.cost <= 100)
    #expect(!plan.meetsTarget)
  }

  /// A point without a D is sampled longer according to its hops, and by no more than a round allows.
  @Test func aPointWithoutADiffusivityGrowsWithinTheRound() {
    var summary = TemperatureSummary(temperature_K: 400)
    summary.hops = 3
    summary.sampled_ps = 50
    let plan = SamplingPlan(
      [SamplingPoint(set: 0, summary, cost_per_ps: 1)], energyErrors: [:], target: 0.1, budget: nil)
    #expect(!plan.points[0].diffused)
    #expect(abs(plan.times_ps[0] - SamplingPlan.largestGrowth * 50) < 1e-9)
    #expect(!plan.meetsTarget)
  }

  @Test func aTargetThatIsMetNeedsNothing() {
    let plan = SamplingPlan([point(500, error: 0.08)], energyErrors: [0: 0.05], target: 0.1, budget: 5)
    #expect(plan.isEmpty)
    #expect(plan.meetsTarget)
    #expect(plan.cost == 0)
  }
}

@Suite struct SamplingTargetTests {
  /// 40 meV of 0.4 eV are to become 20 meV: four times the time at both ends of the line, whatever the errors of D are.
  @Test func anEnergyAlone() {
    let target = SamplingTarget(relative: nil, energy_eV: 0.02)
    #expect(target.energyLimit(0.4).map { abs($0 - 0.05) < 1e-12 } == true)
    #expect(SamplingTarget(relative: 0.1).energyLimit(0.4) == 0.1)
    let points = [800.0, 1000 / 1.5, 1000 / 1.75].map { point($0, error: 0.5) }
    let whole = SamplingPlan(
      points, energyErrors: [0: 0.1], target: nil, energyTargets: [0: 0.05], budget: nil,
      growth: SamplingPlan.wholeGrowth)
    #expect(whole.meetsTarget)
    #expect(abs(whole.times_ps[0] - 400) <= 16 && abs(whole.times_ps[2] - 400) <= 16)
    #expect(whole.times_ps[1] == 100)
    #expect(abs(whole.cost - 600) <= 32)
    #expect(abs((whole.plannedEnergyErrors[0] ?? 1) - 0.05) < 0.001)
  }

  /// A round ends at four times the time; all that is needed is told beyond it: a hundredfold for a tenth of the error.
  @Test func theWholeGoesBeyondARound() {
    let points = [point(500, error: 0.5)]
    let round = SamplingPlan(points, energyErrors: [:], target: 0.05, budget: nil)
    #expect(!round.meetsTarget && round.times_ps == [400])
    let whole = SamplingPlan(
      points, energyErrors: [:], target: 0.05, energyTargets: [:], budget: nil,
      growth: SamplingPlan.wholeGrowth)
    #expect(whole.meetsTarget && abs(whole.times_ps[0] - 10_000) <= 210)
    let never = SamplingPlan(
      points, energyErrors: [:], target: 1e-4, energyTargets: [:], budget: nil,
      growth: SamplingPlan.wholeGrowth)
    #expect(!never.meetsTarget)
  }
}
