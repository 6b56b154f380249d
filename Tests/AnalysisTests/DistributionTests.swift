import RealModule
import Testing

@testable import Mathematics

/// Against printed tables (Abramowitz and Stegun, chapter 26; NIST handbook), to the digits given here.
struct DistributionTests {
  @Test(arguments: [
    (1.0, 0.975, 12.7062), (2, 0.975, 4.30265), (4, 0.975, 2.77645), (9, 0.95, 1.83311),
    (30, 0.995, 2.75000), (1000, 0.975, 1.96234),
  ])
  func studentQuantiles(freedom: Double, level: Double, wanted: Double) {
    let t = StudentT(degreesOfFreedom: freedom)
    #expect(abs(t.quantile(level) / wanted - 1) < 3e-6)
    #expect(abs(t.cumulative(t.quantile(level)) - level) < 1e-12)
    #expect(abs(t.quantile(1 - level) + t.quantile(level)) < 1e-9)
  }

  @Test(arguments: [(1.0, 0.95, 3.84146), (2, 0.95, 5.99146), (10, 0.99, 23.2093), (200, 0.05, 168.279)])
  func chiSquaredQuantiles(freedom: Double, level: Double, wanted: Double) {
    #expect(abs(ChiSquared(degreesOfFreedom: freedom).quantile(level) / wanted - 1) < 3e-6)
  }

  @Test(arguments: [(5.0, 10.0, 3.32583, 0.95), (1, 4, 21.1977, 0.99), (10, 5, 4.73506, 0.95)])
  func fisherCumulative(numerator: Double, denominator: Double, x: Double, wanted: Double) {
    let f = FisherF(numerator: numerator, denominator: denominator)
    #expect(abs(f.cumulative(x) - wanted) < 1e-6)
  }

  @Test(arguments: [(0, 2.99573), (1, 4.74386), (2, 6.29579), (10, 16.9622)])
  func poissonBounds(count: Int, wanted: Double) {
    #expect(abs(poissonUpperBound(count: count, level: 0.95) / wanted - 1) < 3e-6)
  }

  /// Its defining property, summed directly.
  @Test func poissonBoundLeavesFivePercent() {
    let mean = poissonUpperBound(count: 7, level: 0.95)
    var term = Double.exp(-mean)
    var sum = term
    for k in 1...7 {
      term *= mean / Double(k)
      sum += term
    }
    #expect(abs(sum - 0.05) < 1e-12)
  }
}
