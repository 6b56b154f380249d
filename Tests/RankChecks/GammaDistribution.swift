import Foundation

/// The distribution of a canonical kinetic energy: shape (degrees of freedom)/2, scale k_B T.
public struct GammaDistribution: Sendable {
  public var shape: Double
  public var scale: Double

  public init(shape: Double, scale: Double) {
    self.shape = shape
    self.scale = scale
  }

  /// The probability of a value up to `x`: Numerical Recipes, section 6.2, series and continued fraction of
  /// the incomplete gamma function.
  public func cumulative(_ x: Double) -> Double {
    let x = x / scale
    guard x > 0 else { return 0 }
    let front = exp(-x + shape * log(x) - lgamma(shape))
    if x < shape + 1 {
      var term = 1 / shape
      var sum = term
      var n = shape
      while term > sum * 1e-16 {
        n += 1
        term *= x / n
        sum += term
      }
      return front * sum
    }
    var b = x + 1 - shape
    var c = 1e300
    var d = 1 / b
    var h = d
    for i in 1...1000 {
      let a = -Double(i) * (Double(i) - shape)
      b += 2
      d = 1 / (a * d + b)
      c = b + a / c
      h *= d * c
      if abs(d * c - 1) < 1e-15 { break }
    }
    return 1 - front * h
  }

  /// Pearson's χ² of independent values in classes of equal probability; compare with classes − 1 degrees
  /// of freedom.
  public func chiSquared(_ values: [Double], classes: Int) -> Double {
    var counts = [Double](repeating: 0, count: classes)
    for value in values { counts[min(Int(cumulative(value) * Double(classes)), classes - 1)] += 1 }
    let expected = Double(values.count) / Double(classes)
    return counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
  }
}
