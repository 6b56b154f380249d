import Crystal
import Foundation
import Mathematics
import Model
import Units

/// The splitting and the mesh that meet a requested accuracy of the forces.
package struct EwaldParameters: Equatable, Sendable {
  /// 1/Å.
  package let alpha: Double
  package let cutoff_A: Double
  /// Points along a, b and c: products of 2, 3, 5 and 7.
  package let grid: SIMD3<Int>
  /// Order of the B-splines.
  package let order: Int

  package init(alpha: Double, cutoff_A: Double, grid: SIMD3<Int>, order: Int) {
    self.alpha = alpha
    self.cutoff_A = cutoff_A
    self.grid = grid
    self.order = order
  }

  /// - Parameter accuracy: r.m.s. force error relative to the force of two unit charges 1 Å apart, as
  ///   LAMMPS defines it.
  ///
  /// Real space by Kolafa and Perram, Mol. Simul. 9, 351 (1992), eq. 18; mesh by Deserno and Holm, J. Chem.
  /// Phys. 109, 7694 (1998), eq. 38.
  package init(accuracy: Double, cutoff_A: Double, cell: Cell, chargeSquares_e2: Double, atomCount: Int) {
    self.cutoff_A = cutoff_A
    // Real space and mesh share the error, added in quadrature.
    let error = 0.7 * accuracy * Constants.coulomb
    // The mesh estimate is one for differentiation in reciprocal space. Forces as the mesh energy's own
    // gradient lose more of their accuracy the finer the mesh: measured against plain Ewald sums of four
    // cells, at 1e-5 to 1e-9 (CoulombTests).
    let meshError = error / max(1, pow(1e-4 / accuracy, 0.25))
    let strength = Constants.coulomb * chargeSquares_e2
    let count = Double(atomCount)
    let argument = error * (count * cutoff_A * cell.volume).squareRoot() / (2 * strength)
    let alpha =
      argument < 1 ? (-log(argument)).squareRoot() / cutoff_A : (1.35 - 0.15 * log(accuracy)) / cutoff_A
    self.alpha = alpha
    let order = accuracy >= 5e-6 ? 5 : 7
    self.order = order

    func estimate(_ spacing: Double, _ edge: Double) -> Double {
      let x = spacing * alpha
      let series = Self.series[order, default: []].enumerated().reduce(0) {
        $0 + $1.element * pow(x, Double(2 * $1.offset))
      }
      return strength * pow(x, Double(order))
        * (alpha * edge * (2 * Double.pi).squareRoot() * series / count).squareRoot() / (edge * edge)
    }
    func points(_ edge: Double) -> Int {
      var n = Self.smooth(atLeast: 2 * order)
      while estimate(edge / Double(n), edge) > meshError { n = Self.smooth(atLeast: n + 1) }
      return n
    }
    grid = [points(length(cell.a)), points(length(cell.b)), points(length(cell.c))]
  }

  /// - Parameter topology: has the charges.
  package init(accuracy: Double, cutoff_A: Double, cell: Cell, topology: Topology) {
    let squares = topology.typeOfAtom.reduce(0.0) {
      $0 + topology.charges_e[Int($1)] * topology.charges_e[Int($1)]
    }
    self.init(
      accuracy: accuracy, cutoff_A: cutoff_A, cell: cell, chargeSquares_e2: squares,
      atomCount: topology.atomCount)
  }

  /// Whether a mesh of these points fits in memory: 16 GB in double precision, on all ranks together.
  package var fits: Bool { Double(grid.x) * Double(grid.y) * Double(grid.z) <= 1e9 }

  /// Coefficients of Deserno and Holm's table I.
  private static let series: [Int: [Double]] = [
    5: [
      1.0 / 23232, 7601.0 / 13_628_160, 143.0 / 69120, 517_231.0 / 106_536_960,
      106_640_677.0 / 11_737_571_328,
    ],
    7: [
      1.0 / 345_600, 3617.0 / 35_512_320, 745_739.0 / 838_397_952, 56_399_353.0 / 12_773_376_000,
      25_091_609.0 / 1_560_084_480, 1_755_948_832_039.0 / 36_229_939_200_000,
      4_887_769_399.0 / 37_838_389_248,
    ],
  ]

  /// The smallest product of 2, 3, 5 and 7 that is not below `n`.
  static func smooth(atLeast n: Int) -> Int {
    var candidate = n
    while true {
      var rest = candidate
      for prime in [2, 3, 5, 7] { while rest % prime == 0 { rest /= prime } }
      if rest == 1 { return candidate }
      candidate += 1
    }
  }
}
