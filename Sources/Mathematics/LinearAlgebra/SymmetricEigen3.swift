/// Eigenvalues, lowest first, and right-handed eigenvectors of a symmetric matrix, by Jacobi's rotations.
public func symmetricEigen(_ matrix: Matrix3) -> (values: [Double], vectors: [Vector3]) {
  var a = [matrix.x, matrix.y, matrix.z].map { [$0.x, $0.y, $0.z] }
  var v = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
  for _ in 0..<50 {
    let off = a[0][1] * a[0][1] + a[0][2] * a[0][2] + a[1][2] * a[1][2]
    let size = a[0][0] * a[0][0] + a[1][1] * a[1][1] + a[2][2] * a[2][2]
    guard off > 1e-30 * size else { break }
    for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q] != 0 {
      let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
      let t = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
      let c = 1 / (t * t + 1).squareRoot()
      let s = t * c
      for k in 0..<3 {
        (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
      }
      for k in 0..<3 {
        (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
        (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
      }
    }
  }
  let order = [0, 1, 2].sorted { a[$0][$0] < a[$1][$1] }
  var vectors = order.map { Vector3(v[0][$0], v[1][$0], v[2][$0]) }
  if dot(cross(vectors[0], vectors[1]), vectors[2]) < 0 { vectors[2] = -vectors[2] }
  return (order.map { a[$0][$0] }, vectors)
}
