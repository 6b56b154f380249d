internal import CLAPACK

/// The eigenvalues of a symmetric matrix of any size, ascending, by LAPACK's divide and conquer.
/// - Parameters:
///   - matrix: row by row, `size` × `size`, finite; the upper triangle is read.
///   - size: rows, above 0.
/// - Throws: `LAPACKError` where the routine does not converge.
package func symmetricEigenvalues(_ matrix: [Double], size: Int) throws -> [Double] {
  var work = matrix
  var values = [Double](repeating: 0, count: size)
  let code = LAPACKE_dsyevd(
    LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "U")), Int32(size), &work, Int32(size),
    &values)
  guard code == 0 else { throw LAPACKError(routine: "dsyevd", code: Int(code)) }
  return values
}

/// The failure of a LAPACK routine.
package struct LAPACKError: Error, Equatable, Sendable, CustomStringConvertible {
  package let routine: String
  /// `info` of the LAPACK Users' Guide: negative for a wrong argument, positive where there is no convergence.
  package let code: Int

  package var description: String { "code of LAPACK's \(routine): found \(code), wanted 0" }
}
