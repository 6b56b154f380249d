internal import CLAPACK
import Foundation

/// The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, for solving A x = b, by LAPACK.
package struct Cholesky {
  private let n: Int
  private let lower: [Double]

  /// - Parameters:
  ///   - matrix: row by row, n × n; only its lower triangle is read.
  ///   - n: rows, above 0.
  /// - Returns: nil where the matrix is not positive definite to rounding.
  package init?(_ matrix: [Double], size n: Int) {
    var factor = matrix
    guard
      LAPACKE_dpotrf(LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), &factor, Int32(n)) == 0
    else { return nil }
    self.n = n
    lower = factor
  }

  /// ln det A.
  package var logDeterminant: Double {
    var sum = 0.0
    for i in 0..<n { sum += log(lower[i * n + i]) }
    return 2 * sum
  }

  /// The x of A x = b, n numbers; NaN if LAPACK rejects the arguments, which the factorisation has accepted.
  package func solve(_ b: [Double]) -> [Double] {
    var x = b
    let code = LAPACKE_dpotrs(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), 1, lower, Int32(n), &x, 1)
    return code == 0 ? x : b.map { _ in .nan }
  }
}
