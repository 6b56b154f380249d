/// The largest magnitude of the products of a square matrix's rows with each of many vectors, max_r |Σ_k m_rk v_k|.
///
/// Eight vectors lie side by side and share each number of the matrix, four rows at a time share the vectors, and some
/// rows are done for all vectors while they are in the cache. The sum over k of a vector is the same whatever lies beside
/// it: its bits do not depend on how atoms are divided between ranks.
enum LargestProduct {
  /// Vectors side by side.
  static let width = 8
  typealias Lanes = SIMD8<Double>

  /// Rows that are done for all vectors at a time: half a megabyte of a matrix of 2000 columns.
  private static let strip = 32

  /// - Parameters:
  ///   - matrix: row by row, `size` × `size`.
  ///   - vectors: `[panel][k][8]`.
  ///   - largest: `[panel][8]`; set.
  static func find(
    _ matrix: UnsafePointer<Double>, size: Int, vectors: UnsafePointer<Lanes>, panels: Int,
    largest: UnsafeMutablePointer<Lanes>
  ) {
    largest.update(repeating: .zero, count: panels)
    var row = 0
    while row < size {
      let end = min(row + strip, size)
      for panel in 0..<panels {
        let vector = vectors + panel * size
        largest[panel] = pointwiseMax(largest[panel], find(matrix, size, row..<end, vector))
      }
      row = end
    }
  }

  /// Not inlined: the compiler then keeps whole registers, and it is four times as fast.
  @inline(never)
  private static func find(
    _ matrix: UnsafePointer<Double>, _ size: Int, _ rows: Range<Int>, _ vector: UnsafePointer<Lanes>
  ) -> Lanes {
    var largest = Lanes.zero
    var row = rows.lowerBound
    while row + 4 <= rows.upperBound {
      let m = matrix + row * size
      let (n, o, p) = (m + size, m + 2 * size, m + 3 * size)
      var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      for k in 0..<size {
        let v = vector[k]
        a.addProduct(v, Lanes(repeating: m[k]))
        b.addProduct(v, Lanes(repeating: n[k]))
        c.addProduct(v, Lanes(repeating: o[k]))
        d.addProduct(v, Lanes(repeating: p[k]))
      }
      largest = pointwiseMax(
        largest,
        pointwiseMax(pointwiseMax(magnitude(a), magnitude(b)), pointwiseMax(magnitude(c), magnitude(d))))
      row += 4
    }
    while row < rows.upperBound {
      let m = matrix + row * size
      var sum = Lanes.zero
      for k in 0..<size { sum.addProduct(vector[k], Lanes(repeating: m[k])) }
      largest = pointwiseMax(largest, magnitude(sum))
      row += 1
    }
    return largest
  }

  @inline(__always)
  private static func magnitude(_ x: Lanes) -> Lanes { pointwiseMax(x, -x) }
}
