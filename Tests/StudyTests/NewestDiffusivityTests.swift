import Testing
import Trajectory

@testable import Runner

/// D from the displacements that a run adds up itself.
@Suite struct NewestDiffusivityTests {
  /// Blocks whose mean squared displacement is 6 D t and a constant.
  private func series(_ diffusivities: [Double], lags: [Double], short: Int = 0) -> CorrelationSeries {
    let counts = diffusivities.indices.map { block in
      lags.map { $0 > 5 || block < short ? 0.0 : 100.0 }
    }
    let sums = zip(diffusivities, counts).map { d, counts in
      zip(lags, counts).map { (6 * d * $0 + 0.7) * $1 }
    }
    let none = lags.map { _ in 0.0 }
    return CorrelationSeries(
      quantity: "displacement-2", species: "Na", unit: "Å²", lag_ps: lags, sums: sums + [none],
      counts: counts + [none])
  }

  private let lags = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 8, 16.0]

  @Test func theSlopeIsSixTimesD() throws {
    let found = try #require(
      NewestDiffusivity.estimate(series([0.1, 0.2, 0.3, 0.4], lags: lags), block_ps: 10))
    // The mean of the blocks and its standard error: s = 0.1291, over √4.
    #expect(abs(found.value - 0.25) < 1e-12)
    #expect(abs(try #require(found.error) - 0.0645497) < 1e-6)
  }

  @Test func fewBlocksHaveNoError() throws {
    let found = try #require(
      NewestDiffusivity.estimate(series([0.1, 0.2, 0.3, 0.4], lags: lags, short: 2), block_ps: 10))
    #expect(abs(found.value - 0.35) < 1e-12 && found.error == nil)
  }

  @Test func nothingIsSaidBeforeThereIsALag() {
    #expect(NewestDiffusivity.estimate(series([0.1, 0.2], lags: lags, short: 2), block_ps: 10) == nil)
    #expect(NewestDiffusivity.estimate(series([0.1, 0.2, 0.3], lags: [0]), block_ps: 10) == nil)
  }
}
