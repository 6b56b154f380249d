import RealModule

/// Relative accuracy asked of the series and continued fractions below.
private let tolerance = 1e-15
/// They converge in about √a terms; this serves shapes beyond 10⁸.
private let termLimit = 100_000
/// Keeps the denominators of Lentz's method off zero.
private let tiny = 1e-300

/// Regularised lower incomplete gamma function P(a, x), for a > 0 and x ≥ 0.
///
/// Series below x = a + 1, continued fraction above (DLMF 8.7.1 and 8.9.2).
public func regularisedLowerGamma(_ a: Double, _ x: Double) -> Double {
  guard x > 0 else { return 0 }
  let front = Double.exp(a * Double.log(x) - x - Double.logGamma(a))
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    var n = a
    for _ in 0..<termLimit {
      n += 1
      term *= x / n
      sum += term
      if term < sum * tolerance { break }
    }
    return min(1, sum * front)
  }
  var b = x + 1 - a
  var c = 1 / tiny
  var d = 1 / b
  var fraction = d
  for i in 1..<termLimit {
    let an = -Double(i) * (Double(i) - a)
    b += 2
    d = 1 / guarded(an * d + b)
    c = guarded(b + an / c)
    let factor = d * c
    fraction *= factor
    if abs(factor - 1) < tolerance { break }
  }
  return max(0, 1 - front * fraction)
}

/// Regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 ≤ x ≤ 1.
///
/// Continued fraction by Lentz's method (DLMF 8.17.22), on the side where it converges fast.
public func regularisedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  if x > (a + 1) / (a + b + 2) { return 1 - regularisedBeta(1 - x, b, a) }
  let logFront =
    Double.logGamma(a + b) - Double.logGamma(a) - Double.logGamma(b) + a * Double.log(x)
    + b * Double.log(onePlus: -x)
  return Double.exp(logFront) / a * betaFraction(x, a, b)
}

private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  var c = 1.0
  var d = 1 / guarded(1 - (a + b) * x / (a + 1))
  var fraction = d
  for i in 1..<termLimit {
    let m = Double(i)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guarded(1 + even * d)
    c = guarded(1 + even / c)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guarded(1 + odd * d)
    c = guarded(1 + odd / c)
    let factor = d * c
    fraction *= factor
    if abs(factor - 1) < tolerance { break }
  }
  return fraction
}

private func guarded(_ x: Double) -> Double { abs(x) < tiny ? tiny : x }
