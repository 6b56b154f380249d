import Mathematics

/// The best linear estimate of the slope of a mean squared displacement: generalised least squares with
/// `displacementCovariance` and a free intercept, which absorbs vibrations and hops that are undone.
struct SlopeEstimator: Sendable {
  /// The lags used, frames.
  let lags: [Int]
  /// The slope per frame is the sum of these times the mean squared displacements at `lags`.
  let weights: [Double]
  /// Variance of the slope per frame, for one ion and a slope of 1.
  let relativeVariance: Double

  /// More lags than this add cost but no information: neighbouring lags have nearly the same values.
  private static let mostLags = 40

  /// Evenly spaced lags within a window.
  /// - Parameter window: first and last lag, frames; 1 ≤ first < last < frameCount.
  /// - Parameter jumpTime: κ/s², in frames.
  /// - Returns: nil for a window without two lags.
  init?(window: ClosedRange<Int>, frameCount: Int, jumpTime: Double) {
    let count = min(SlopeEstimator.mostLags, window.count)
    guard count >= 2 else { return nil }
    let lags = (0..<count).map {
      window.lowerBound + $0 * (window.upperBound - window.lowerBound) / (count - 1)
    }
    self.init(lags: lags, frameCount: frameCount, jumpTime: jumpTime)
  }

  /// - Parameter lags: frames, ascending, 1 ≤ first < last < frameCount.
  /// - Returns: nil for fewer than two lags.
  init?(lags: [Int], frameCount: Int, jumpTime: Double) {
    let count = lags.count
    guard count >= 2, lags[0] >= 1, lags[count - 1] < frameCount else { return nil }
    var covariance = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0...i {
        covariance[i * count + j] = displacementCovariance(
          lags: (lags[i], lags[j]), frameCount: frameCount, jumpTime: jumpTime)
      }
      // Long lags with few origins make it nearly singular; this term is far below what can be measured.
      covariance[i * count + i] *= 1 + 1e-9
    }
    guard let factor = Cholesky(covariance, size: count) else { return nil }
    let times = lags.map(Double.init)
    let solvedOnes = factor.solve([Double](repeating: 1, count: count))
    let solvedTimes = factor.solve(times)
    let a = solvedOnes.reduce(0, +)
    let b = solvedTimes.reduce(0, +)
    let c = zip(times, solvedTimes).reduce(0) { $0 + $1.0 * $1.1 }
    let determinant = a * c - b * b
    guard determinant > 0 else { return nil }
    self.lags = lags
    weights = zip(solvedOnes, solvedTimes).map { (a * $1 - b * $0) / determinant }
    relativeVariance = a / determinant
  }

  /// Å² per frame.
  package func slope(of msd: [Double]) -> Double {
    zip(lags, weights).reduce(0) { $0 + $1.1 * msd[$1.0] }
  }
}
