internal import CLAPACK

/// Eigenvalues, ascending, and eigenvectors of a symmetric matrix of any size, by LAPACK's divide and conquer. The sign of a
/// vector is whatever LAPACK gives it.
/// - Parameters:
///   - matrix: row by row, `size` × `size`, finite; the upper triangle is read.
///   - size: rows, above 0.
/// - Returns: the eigenvalues, and `[eigenvalue][row]` of vectors of length 1.
/// - Throws: `LAPACKError` where the routine does not converge.
package func symmetricEigensystem(
  _ matrix: [Double], size: Int
) throws -> (values: [Double], vectors: [Double]) {
  // By columns, so that the vectors come one after the other; the upper triangle is then the lower one.
  var vectors = matrix
  var values = [Double](repeating: 0, count: size)
  let code = LAPACKE_dsyevd(
    LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), Int32(size), &vectors, Int32(size),
    &values)
  guard code == 0 else { throw LAPACKError(routine: "dsyevd", code: Int(code)) }
  return (values, vectors)
}
