import SyntheticObservables
import Testing

@testable import Analysis

struct HopTests {
  /// One ion along x, a position per frame, rattling by ±0.2 Å.
  private func path(_ positions: [Float]) -> [Float] {
    positions.enumerated().flatMap { [$1 + ($0 % 2 == 0 ? 0.2 : -0.2), 0, 0] }
  }

  private func hops(_ x: [Float]) throws -> HopStatistics {
    let run = SyntheticRun(ionCount: 1, frameCount: x.count, frameInterval_ps: 0.1)
    return try run.mobility(path(x)).hops
  }

  private func stay(_ x: Float, _ frames: Int) -> [Float] { [Float](repeating: x, count: frames) }

  @Test func countsStaysAndNotExcursions() throws {
    #expect(try hops(stay(0, 100)).hops == 0)
    #expect(try hops(stay(0, 50) + stay(3, 50)).hops == 1)
    // An excursion of 0.2 ps, below the dwell of 0.5 ps.
    #expect(try hops(stay(0, 50) + stay(3, 2) + stay(0, 50)).hops == 0)
    // Inside of the radius.
    #expect(try hops(stay(0, 50) + stay(1.2, 50)).hops == 0)
    let thereAndBack = try hops(stay(0, 50) + stay(3, 20) + stay(0, 50))
    #expect(thereAndBack.hops == 2)
    let onwards = try hops(stay(0, 50) + stay(3, 20) + stay(6, 50))
    #expect(onwards.hops == 2)
    // 3 Å each; the centre over the dwell starts with the smoothed rise.
    #expect(abs(onwards.squaredLength_A2 / 2 - 9) < 1.5)
  }

  /// Motion back and forth across the radius must not count each time: the centre has moved along.
  @Test func hysteresis() throws {
    let flicker = (0..<200).map { Float($0 / 10 % 2 == 0 ? 1.4 : 1.6) }
    #expect(try hops(stay(0, 50) + stay(1.6, 10) + flicker).hops == 1)
  }

  /// 400 random hops, of which those closer than the dwell time are missed: at 0.1 hops per ps, up to 5 %.
  @Test func countsRandomHops() throws {
    let run = SyntheticRun(ionCount: 40, frameCount: 1001, frameInterval_ps: 0.1)
    var random = RandomNumbers(seed: 4)
    let still = run.rattling(run.hops(rate: 0.1, &random), plateau: 0.5, relaxation: 0.2, &random)
    let counted = try run.mobility(still).hops.hops
    // 400 ± 20 (Poisson): three standard errors, and the missed hops.
    #expect(counted > 320 && counted < 460)
  }
}
