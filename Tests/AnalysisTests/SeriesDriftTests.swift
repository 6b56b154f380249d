import Foundation
import Mathematics
import Testing

@testable import Analysis

@Suite struct SeriesDriftTests {
  /// A first-order autoregressive series of variance 1.
  private static func series(_ count: Int, time: Double, _ random: inout SplitMix64) -> [Double] {
    func uniform() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 }
    func normal() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    let memory = exp(-1 / time)
    var value = normal()
    return (0..<count).map { _ in
      defer { value = memory * value + (1 - memory * memory).squareRoot() * normal() }
      return value
    }
  }

  /// False alarms in 4000 stationary series, with autocorrelation times up to a fortieth of the run: fewer than 0.5 %, so
  /// that the energy and the volume together give fewer than 1 % of all runs; 4000 trials know that to 0.1 %.
  @Test(arguments: [0.1, 2, 5, 10]) func aStationarySeriesDoesNotDrift(_ time: Double) {
    var random = SplitMix64(seed: 11)
    let count = (0..<4000).count { _ in SeriesDrift(Self.series(400, time: time, &random)) != nil }
    #expect(count < 30, "\(count)")
  }

  /// A jump of three standard deviations is seen wherever it is, with its place, in a tenth of the run less often; a line is none.
  @Test(arguments: [0.15, 0.5, 0.75, 0.9]) func jumpsAreSeen(_ share: Double) throws {
    var random = SplitMix64(seed: 13)
    var found = 0
    for _ in 0..<100 {
      let noise = Self.series(400, time: 2, &random)
      let jump = noise.enumerated().map { $1 + (Double($0) < share * 400 ? 0 : 3) }
      guard let drift = SeriesDrift(jump), let place = drift.jumpsAt else { continue }
      found += abs(place - share) < 0.06 && abs(drift.last - drift.first - 3) < 1 ? 1 : 0
    }
    #expect(found > (share > 0.8 ? 60 : 90), "\(found)")
    #expect(try #require(SeriesDrift((0..<400).map(Double.init))).jumpsAt == nil)
  }

  /// A drift of four standard deviations over the run, and a relaxation of three that is over after a fifth of it, are
  /// seen nearly always while the noise is fast.
  @Test func driftsAndRelaxationsAreSeen() throws {
    var random = SplitMix64(seed: 12)
    var found = [0, 0]
    for _ in 0..<200 {
      let noise = Self.series(400, time: 2, &random)
      let drift = noise.enumerated().map { $1 + 4 * Double($0) / 400 }
      let relaxation = noise.enumerated().map { $1 + 4 * exp(-Double($0) / 80) }
      found[0] += SeriesDrift(drift) == nil ? 0 : 1
      found[1] += SeriesDrift(relaxation) == nil ? 0 : 1
    }
    #expect(found[0] > 180 && found[1] > 180, "\(found)")
    let line = try #require(SeriesDrift((0..<400).map(Double.init)))
    #expect(line.first == 39.5 && line.last == 299.5)
    #expect(SeriesDrift([Double](repeating: 7, count: 400)) == nil)
    #expect(SeriesDrift([1, 2, 3]) == nil)
    #expect(SeriesDrift([Double](repeating: .nan, count: 400)) == nil)
  }
}
