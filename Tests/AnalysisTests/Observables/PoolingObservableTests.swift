import Testing

@testable import Mechanism

struct PoolingObservableTests {
  private func run(_ values: [Double], mean: Double, weight: Double) -> RunObservables {
    RunObservables(
      curves: [
        SampledCurve(
          observable: "rotation-1", series: "BH4", x: [0, 1], mean: [1, mean],
          blocks: values.map { [1, $0] }, weight_ps: weight)
      ],
      values: [
        SampledValue(
          observable: "site-entropy", series: "Na", mean: mean, blocks: values.map { $0 }, weight_ps: weight),
        SampledValue(observable: "synchrony-p", series: "BH4", mean: 0.05, blocks: [], weight_ps: weight),
      ])
  }

  private func pooled(_ runs: [RunObservables]) -> (curves: [ObservableCurve], values: [ObservableValue]) {
    var pool = ObservablePool()
    for run in runs { pool.add(run) }
    return pool.finish()
  }

  /// Means are weighted by length; errors come from the blocks of all runs.
  @Test func blocksOfTwoRuns() throws {
    let pooled = self.pooled([run([1, 2, 3], mean: 2, weight: 10), run([3, 4, 5], mean: 4, weight: 30)])
    let value = try #require(pooled.values.first { $0.name == "site-entropy" })
    #expect(value.value == 3.5)
    // Of 1, 2, 3, 3, 4, 5: variance 2, so (2/6)^½.
    #expect(abs(try #require(value.error) - (1.0 / 3).squareRoot()) < 1e-12)
    #expect(value.unit == "k_B")
    #expect(pooled.curves[0].y == [1, 3.5] && pooled.curves[0].error[0] == 0)
    // Fisher: χ² = −4 ln 0.05 = 11.98 with four degrees of freedom, p = 0.05² (1 − 2 ln 0.05).
    let chance = try #require(pooled.values.first { $0.name == "synchrony-p" }?.value)
    #expect(abs(chance - 0.0025 * (1 + 2 * 2.995732273554)) < 1e-9)
  }

  /// With five runs or more, the error comes from their spread, whatever the blocks.
  @Test func fiveRuns() throws {
    let pooled = self.pooled((1...5).map { run([0, 0, 0], mean: Double($0), weight: 1) })
    #expect(abs(try #require(pooled.values[0].error) - 0.5.squareRoot()) < 1e-12)
  }

  /// Runs of different length are pooled over the lags that both have.
  @Test func unequalLengths() throws {
    var long = run([1, 1, 1], mean: 2, weight: 1)
    long.curves[0].x.append(2)
    long.curves[0].mean.append(3)
    for i in long.curves[0].blocks.indices { long.curves[0].blocks[i].append(nil) }
    let pooled = self.pooled([long, run([1, 1, 1], mean: 2, weight: 1)])
    #expect(pooled.curves[0].x == [0, 1])
  }
}
