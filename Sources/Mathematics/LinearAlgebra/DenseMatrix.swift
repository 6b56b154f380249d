internal import CLAPACK

/// The inverse of a square matrix of any size, by LAPACK's LU factorisation.
/// - Parameters:
///   - matrix: row by row, `size` × `size`, finite.
///   - size: rows, above 0.
/// - Returns: row by row.
/// - Throws: `LAPACKError` where the matrix is singular.
package func inverseMatrix(_ matrix: [Double], size: Int) throws -> [Double] {
  var inverse = matrix
  var pivots = [Int32](repeating: 0, count: size)
  // By columns the matrix is its transpose, and so is the inverse.
  var code = LAPACKE_dgetrf(LAPACK_COL_MAJOR, Int32(size), Int32(size), &inverse, Int32(size), &pivots)
  guard code == 0 else { throw LAPACKError(routine: "dgetrf", code: Int(code)) }
  code = LAPACKE_dgetri(LAPACK_COL_MAJOR, Int32(size), &inverse, Int32(size), pivots)
  guard code == 0 else { throw LAPACKError(routine: "dgetri", code: Int(code)) }
  return inverse
}

/// The rows of a matrix in the order in which LAPACK's QR factorisation with pivots takes them: the longest, then the one that is
/// longest off the first, and so on.
/// - Parameters:
///   - matrix: row by row, finite, with one row or more.
///   - width: numbers of a row, above 0.
/// - Returns: as many as the smaller number of rows and columns, each with its length off the earlier ones.
/// - Throws: `LAPACKError`.
package func rowPivots(_ matrix: [Double], width: Int) throws -> [(row: Int, length: Double)] {
  let count = matrix.count / width
  // By columns a matrix of rows is its transpose.
  var factor = matrix
  var order = [Int32](repeating: 0, count: count)
  var reflectors = [Double](repeating: 0, count: min(width, count))
  let code = LAPACKE_dgeqp3(
    LAPACK_COL_MAJOR, Int32(width), Int32(count), &factor, Int32(width), &order, &reflectors)
  guard code == 0 else { throw LAPACKError(routine: "dgeqp3", code: Int(code)) }
  return reflectors.indices.map { (Int(order[$0]) - 1, abs(factor[$0 * width + $0])) }
}
