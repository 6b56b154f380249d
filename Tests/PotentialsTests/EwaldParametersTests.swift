import Crystal
import Forces
import Foundation
import Testing
import Units

struct EwaldParametersTests {
  private let cell = Cell(a: [16, 0, 0], b: [3, 24, 0], c: [-2, 5, 31])

  private func parameters(_ accuracy: Double, cutoff_A: Double = 9) -> EwaldParameters {
    EwaldParameters(accuracy: accuracy, cutoff_A: cutoff_A, cell: cell, chargeSquares_e2: 60, atomCount: 400)
  }

  /// Kolafa and Perram's eq. 18: 2 Q² exp(−α²r²)/√(N r V) is 0.7 of the target error: the mesh contributes as
  /// much, and they add in quadrature.
  @Test(arguments: [1e-3, 1e-4, 1e-5, 1e-6, 1e-9])
  func splittingMeetsRealSpaceEstimate(_ accuracy: Double) {
    let found = parameters(accuracy)
    let estimate =
      2 * Constants.coulomb * 60 * exp(-pow(found.alpha * 9, 2)) / (400 * 9 * cell.volume).squareRoot()
    #expect(abs(estimate / (0.7 * accuracy * Constants.coulomb) - 1) < 1e-9)
  }

  @Test func higherAccuracyTakesFinerMesh() {
    let grids = [1e-3, 1e-4, 1e-5].map { parameters($0).grid }
    for (coarse, fine) in zip(grids, grids.dropFirst()) {
      for k in 0..<3 { #expect(fine[k] >= coarse[k]) }
      #expect(fine != coarse)
    }
    // A longer edge needs more points.
    #expect(grids[2].x < grids[2].z)
    // A shorter cut-off moves more of the sum to the mesh.
    #expect(parameters(1e-5, cutoff_A: 7).alpha > parameters(1e-5).alpha)
  }

  /// Other prime factors would make the transform slow.
  @Test(arguments: [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9])
  func gridHasSmallFactors(_ accuracy: Double) {
    let grid = parameters(accuracy).grid
    for k in 0..<3 {
      var rest = grid[k]
      for prime in [2, 3, 5, 7] { while rest.isMultiple(of: prime) { rest /= prime } }
      #expect(rest == 1)
      #expect(grid[k] >= 2 * parameters(accuracy).order)
    }
  }
}
