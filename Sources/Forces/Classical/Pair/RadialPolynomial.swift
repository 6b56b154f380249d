import Foundation

/// A polynomial in t = r²·scale − 1 that approximates an entire function of r² inside the cut-off.
///
/// erf(αr)/r and its derivative are entire in r², so that one polynomial covers the whole range without a singularity at
/// r = 0; the interval is mapped to [−1, 1], where powers of t stay well conditioned.
package struct RadialPolynomial: Sendable {
  /// Coefficients of t⁰, t¹, …
  package let coefficients: [Double]
  /// 2 / (largest r²), 1/Å².
  package let scale: Double

  /// Interpolates at Chebyshev nodes with the smallest degree that meets the tolerance.
  /// - Parameter tolerance: largest error, as a fraction of the function's largest value.
  init(largestSquare: Double, tolerance: Double, of function: (Double) -> Double) {
    scale = 2 / largestSquare
    func value(_ t: Double) -> Double { function((t + 1) * largestSquare / 2) }
    let probes = (0...400).map { -1 + 2 * Double($0) / 400 }
    let exact = probes.map(value)
    let largest = exact.map(abs).max() ?? 1
    var best: [Double] = []
    for degree in 6...48 {
      best = Self.interpolate(degree: degree, value)
      let error = zip(probes, exact).map { abs(Self.evaluate(best, $0) - $1) }.max() ?? 0
      if error <= tolerance * largest { break }
    }
    coefficients = best
  }

  package func callAsFunction(square: Double) -> Double {
    Self.evaluate(coefficients, square * scale - 1)
  }

  private static func evaluate(_ c: [Double], _ t: Double) -> Double {
    c.reversed().reduce(0) { $0 * t + $1 }
  }

  private static func interpolate(degree n: Int, _ f: (Double) -> Double) -> [Double] {
    let count = n + 1
    let nodes = (0..<count).map { cos(.pi * (Double($0) + 0.5) / Double(count)) }
    let values = nodes.map(f)
    var monomial = [Double](repeating: 0, count: count)
    // T_k as powers of t, by T_{k+1} = 2 t T_k − T_{k−1}
    var previous = [Double](repeating: 0, count: count)
    var current = [Double](repeating: 0, count: count)
    current[0] = 1
    for k in 0..<count {
      var sum = 0.0
      for (node, value) in values.enumerated() {
        sum += value * cos(.pi * Double(k) * (Double(node) + 0.5) / Double(count))
      }
      let weight = (k == 0 ? 1.0 : 2.0) / Double(count) * sum
      for m in 0..<count { monomial[m] += weight * current[m] }
      var next = [Double](repeating: 0, count: count)
      for m in 0..<count {
        next[m] -= k == 0 ? 0 : previous[m]
        if m > 0 { next[m] += (k == 0 ? 1 : 2) * current[m - 1] }
      }
      previous = current
      current = next
    }
    return monomial
  }
}
