/// A weighted least-squares line.
package struct WeightedLine {
  package let slope: Double
  /// At x = 0.
  let intercept: Double
  let residuals: [Double]
  /// The slope and the intercept are sums of these times y.
  private let slopeShares: [Double]
  private let interceptShares: [Double]

  /// - Parameter x: at least two that differ; the weights are above 0.
  package init(x: [Double], y: [Double], weights: [Double]) {
    let total = weights.reduce(0, +)
    let mean = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = zip(weights, x).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let slopeShares = zip(weights, x).map { $0 * ($1 - mean) / spread }
    let interceptShares = zip(weights, slopeShares).map { $0 / total - mean * $1 }
    let slope = zip(slopeShares, y).reduce(0) { $0 + $1.0 * $1.1 }
    let intercept = zip(interceptShares, y).reduce(0) { $0 + $1.0 * $1.1 }
    residuals = zip(x, y).map { $1 - intercept - slope * $0 }
    self.slope = slope
    self.intercept = intercept
    self.slopeShares = slopeShares
    self.interceptShares = interceptShares
  }

  /// [[var slope, cov], [cov, var intercept]] for independent y of these variances.
  package func covariance(variances: [Double]) -> [[Double]] {
    func sum(_ a: [Double], _ b: [Double]) -> Double {
      zip(variances, zip(a, b)).reduce(0) { $0 + $1.0 * $1.1.0 * $1.1.1 }
    }
    let mixed = sum(slopeShares, interceptShares)
    return [[sum(slopeShares, slopeShares), mixed], [mixed, sum(interceptShares, interceptShares)]]
  }
}
