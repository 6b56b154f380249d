import Forces
import Foundation
import Testing

struct CoulombSplittingTests {
  /// The polynomials approximate erf(αr)/r and −(1/r) d/dr erf(αr)/r to their tolerance, also between the
  /// points at which the fit was checked.
  @Test(arguments: [0.25, 0.32, 0.6], [7.0, 9.0, 12.0])
  func polynomialsMatchErrorFunction(_ alpha: Double, cutoff: Double) {
    for tolerance in [2e-8, 1e-14] {
      let splitting = CoulombSplitting(alpha: alpha, cutoff: cutoff, tolerance: tolerance)
      let largestEnergy = 2 * alpha / Double.pi.squareRoot()
      let largestForce = 4 * pow(alpha, 3) / (3 * Double.pi.squareRoot())
      // Rounding of some fifty terms beside the tolerance itself.
      let bound = tolerance + 1e-14
      for n in 1...997 {
        let r = cutoff * Double(n) / 997
        let z = alpha * r
        #expect(abs(splitting.energy(square: r * r) - erf(z) / r) < 2 * bound * largestEnergy)
        guard z > 0.5 else { continue }
        let slope = (erf(z) / r - 2 * alpha / Double.pi.squareRoot() * exp(-z * z)) / (r * r)
        #expect(abs(splitting.force(square: r * r) - slope) < 2 * bound * largestForce)
      }
    }
  }

  /// Limits at r = 0: 2α/√π and 4α³/(3√π), where the closed forms are 0/0.
  @Test func polynomialsAreFiniteAtOrigin() {
    let splitting = CoulombSplitting(alpha: 0.32, cutoff: 9, tolerance: 1e-14)
    let rootPi = Double.pi.squareRoot()
    #expect(abs(splitting.energy(square: 0) - 2 * 0.32 / rootPi) < 1e-13)
    #expect(abs(splitting.force(square: 0) - 4 * pow(0.32, 3) / (3 * rootPi)) < 1e-14)
  }

  /// A looser tolerance must use fewer terms, which save time.
  @Test func looserToleranceTakesFewerTerms() {
    let tight = CoulombSplitting(alpha: 0.32, cutoff: 9, tolerance: 1e-14)
    let loose = CoulombSplitting(alpha: 0.32, cutoff: 9, tolerance: 2e-8)
    #expect(loose.force.coefficients.count < tight.force.coefficients.count)
  }
}
