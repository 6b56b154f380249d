/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
///
/// Not LAPACK's: the orientations that the engine records at every step, and the principal axes that its checkpoints
/// refer to, come from here and must have the same bits whichever LAPACK a machine has. Large matrices:
/// ``symmetricEigenvalues(_:size:)``.
package struct SymmetricEigen {
  /// In no particular order.
  package let values: [Double]
  /// `vectors[k]` belongs to `values[k]` and has length 1.
  package let vectors: [[Double]]

  /// - Parameters:
  ///   - symmetric: `[row][column]`, n × n.
  ///   - tolerance: iteration stops when the sum of the squared off-diagonal elements is below this fraction
  ///     of that of all elements.
  package init(_ symmetric: [[Double]], tolerance: Double = 1e-32) {
    let n = symmetric.count
    var a = symmetric
    var v = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    let size = a.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    for _ in 0..<32 {
      var off = 0.0
      for p in 0..<(n - 1) { for q in (p + 1)..<n { off += a[p][q] * a[p][q] } }
      if off < tolerance * size { break }
      for p in 0..<(n - 1) {
        for q in (p + 1)..<n where a[p][q] != 0 { Self.rotate(&a, &v, p, q) }
      }
    }
    values = (0..<n).map { a[$0][$0] }
    vectors = (0..<n).map { k in v.map { $0[k] } }
  }

  /// Rotates the axes p and q so that the element between them vanishes.
  private static func rotate(_ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int) {
    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in a.indices {
      (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
    }
    for k in a.indices {
      (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
      (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
    }
  }
}

/// Eigenvalues, lowest first, and right-handed eigenvectors of a symmetric 3×3 matrix.
package func symmetricEigen(_ matrix: Matrix3) -> (values: [Double], vectors: [Vector3]) {
  let eigen = SymmetricEigen(
    [matrix.x, matrix.y, matrix.z].map { [$0.x, $0.y, $0.z] }, tolerance: 1e-30)
  let order = [0, 1, 2].sorted { eigen.values[$0] < eigen.values[$1] }
  var vectors = order.map { Vector3(eigen.vectors[$0][0], eigen.vectors[$0][1], eigen.vectors[$0][2]) }
  if dot(cross(vectors[0], vectors[1]), vectors[2]) < 0 { vectors[2] = -vectors[2] }
  return (order.map { eigen.values[$0] }, vectors)
}
