/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi rotations.
public struct SymmetricEigen {
  public let values: [Double]
  /// `vectors[k]` belongs to `values[k]` and has length 1.
  public let vectors: [[Double]]

  public init(_ symmetric: [[Double]]) {
    let n = symmetric.count
    var a = symmetric
    var v = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    let size = a.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    for _ in 0..<32 {
      var off = 0.0
      for p in 0..<(n - 1) { for q in (p + 1)..<n { off += a[p][q] * a[p][q] } }
      if off < 1e-32 * size { break }
      for p in 0..<(n - 1) {
        for q in (p + 1)..<n where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
          }
          for k in 0..<n {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
            (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
          }
        }
      }
    }
    values = (0..<n).map { a[$0][$0] }
    vectors = (0..<n).map { k in v.map { $0[k] } }
  }
}
