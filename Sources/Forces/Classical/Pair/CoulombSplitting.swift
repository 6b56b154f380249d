import Foundation

/// The two parts of 1/r in the Ewald sum, with splitting α (1/Å): erfc(αr)/r inside the cut-off and the
/// smooth erf(αr)/r on the mesh.
package struct CoulombSplitting: Sendable {
  package let alpha: Double
  package let cutoff: Double
  /// erf(αr)/r, 1/Å.
  package let energy: RadialPolynomial
  /// −(1/r) d/dr [erf(αr)/r], 1/Å³.
  package let force: RadialPolynomial

  package init(alpha: Double, cutoff: Double, tolerance: Double) {
    self.alpha = alpha
    self.cutoff = cutoff
    let square = cutoff * cutoff
    energy = RadialPolynomial(largestSquare: square, tolerance: tolerance) {
      smoothEnergy(alpha, $0)
    }
    force = RadialPolynomial(largestSquare: square, tolerance: tolerance) {
      smoothForce(alpha, $0)
    }
  }
}

/// erf(αr)/r as a function of r².
func smoothEnergy(_ alpha: Double, _ square: Double) -> Double {
  let z = alpha * alpha * square
  if z < 1e-4 { return 2 * alpha / Double.pi.squareRoot() * (1 - z / 3 + z * z / 10) }
  let r = square.squareRoot()
  return erf(alpha * r) / r
}

/// −(1/r) d/dr [erf(αr)/r] as a function of r².
func smoothForce(_ alpha: Double, _ square: Double) -> Double {
  let z = alpha * alpha * square
  let rootPi = Double.pi.squareRoot()
  // Below this the closed form loses digits to cancellation: the series of its difference.
  if z < 0.3 {
    // Σ_k (−1)^k 2 z^k / ((2k+3) k!) · 2 α³/√π, from erf's own series.
    var sum = 0.0
    var term = 1.0
    for k in 0..<16 {
      sum += term * 2 / Double(2 * k + 3)
      term *= -z / Double(k + 1)
    }
    return 2 * alpha * alpha * alpha / rootPi * sum
  }
  let r = square.squareRoot()
  return (erf(alpha * r) / r - 2 * alpha / rootPi * exp(-z)) / square
}
