import RealModule
import Testing

@testable import Analysis

struct SlopeEstimatorTests {
  /// Every pair of origins, one by one; the sums are of integers, so only the last bits may differ.
  @Test(arguments: [(1, 1), (3, 7), (7, 3), (12, 12), (19, 2)])
  func covarianceEqualsSumOverPairs(m: Int, n: Int) {
    let frames = 20
    let jumpTime = 1.75
    var sum = 0.0
    for i in 0..<(frames - m) {
      for j in 0..<(frames - n) {
        let shared = Double(max(0, min(i + m, j + n) - max(i, j)))
        sum += 2.0 / 3 * shared * shared + jumpTime * shared
      }
    }
    sum /= Double((frames - m) * (frames - n))
    let closed = displacementCovariance(lags: (m, n), frameCount: frames, jumpTime: jumpTime)
    #expect(abs(closed / sum - 1) < 1e-12)
  }

  /// Exact for a straight line with an offset, whatever the weights.
  @Test func isUnbiased() throws {
    let estimator = try #require(SlopeEstimator(window: 3...60, frameCount: 200, jumpTime: 2))
    let msd = (0..<200).map { 5 + 0.3 * Double($0) }
    #expect(abs(estimator.slope(of: msd) - 0.3) < 1e-9)
    #expect(SlopeEstimator(window: 3...3, frameCount: 200, jumpTime: 2) == nil)
    #expect(SlopeEstimator(window: 3...200, frameCount: 200, jumpTime: 2) == nil)
  }

  /// The scatter over 400 data sets is what the covariance predicts, for Brownian motion and for rare
  /// hops with their α₂; a standard deviation from 400 is known to 3.5 %, so 12 % is beyond three errors.
  @Test(arguments: [true, false]) func predictsItsScatter(isBrownian: Bool) throws {
    let run = SyntheticRun(ionCount: 8, frameCount: 121, frameInterval_ps: 0.5)
    var random = RandomNumbers(seed: 12)
    let rate = 0.1
    let diffusivity = rate * 9 / 6
    // κ/s² = λ a⁴ / (λ a²)² = 1/λ, in frames.
    let jumpTime = isBrownian ? 0 : 1 / rate / 0.5
    let estimator = try #require(SlopeEstimator(window: 2...20, frameCount: 121, jumpTime: jumpTime))
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<400 {
      let paths =
        isBrownian
        ? run.brownian(diffusivity: diffusivity, &random) : run.hops(rate: rate, &random)
      let msd = try meanSquaredDisplacement(
        positions: paths.map(Double.init), frameCount: 121, ionCount: 8)
      let value = estimator.slope(of: msd) / (6 * diffusivity * 0.5)
      sum += value
      squares += value * value
    }
    let mean = sum / 400
    let scatter = (squares / 400 - mean * mean).squareRoot()
    let predicted = (estimator.relativeVariance / 8).squareRoot()
    #expect(abs(scatter / predicted - 1) < 0.12)
    #expect(abs(mean - 1) < 3 * predicted / 20)
  }

  @Test func ordinaryFit() throws {
    #expect(try ordinaryLeastSquaresSlope(x: [0, 1, 2], y: [1, 3, 5]) == 2)
    #expect(throws: AnalysisError.self) { _ = try ordinaryLeastSquaresSlope(x: [1, 1], y: [1, 2]) }
    #expect(throws: AnalysisError.self) { _ = try ordinaryLeastSquaresSlope(x: [1], y: [1]) }
  }
}
