import Crystal

/// The turn of a molecule against its reference geometry, as a unit quaternion (w, x, y, z), w ≥ 0.
///
/// The best fit of all atoms, not of one bond: Horn, J. Opt. Soc. Am. A 4, 629 (1987).
enum Orientation {
  /// - Parameters:
  ///   - reference: the geometry at rest, about its centre, Å.
  ///   - positions: the molecule now, about the same centre, Å.
  static func fit(_ positions: [Vector3], to reference: [Vector3]) -> SIMD4<Double> {
    var sx = Vector3()
    var sy = Vector3()
    var sz = Vector3()
    for (a, b) in zip(reference, positions) {
      sx += b * a.x
      sy += b * a.y
      sz += b * a.z
    }
    let matrix: [[Double]] = [
      [sx.x + sy.y + sz.z, sy.z - sz.y, sz.x - sx.z, sx.y - sy.x],
      [sy.z - sz.y, sx.x - sy.y - sz.z, sx.y + sy.x, sz.x + sx.z],
      [sz.x - sx.z, sx.y + sy.x, sy.y - sx.x - sz.z, sy.z + sz.y],
      [sx.y - sy.x, sz.x + sx.z, sy.z + sz.y, sz.z - sx.x - sy.y],
    ]
    let q = largestEigenvector(matrix)
    return q.x < 0 ? -q : q
  }

  /// By Jacobi rotations; the matrix is symmetric.
  private static func largestEigenvector(_ symmetric: [[Double]]) -> SIMD4<Double> {
    var a = symmetric
    var v = (0..<4).map { i in (0..<4).map { $0 == i ? 1.0 : 0 } }
    for _ in 0..<32 {
      var off = 0.0
      for p in 0..<3 { for q in (p + 1)..<4 { off += a[p][q] * a[p][q] } }
      if off < 1e-24 { break }
      for p in 0..<3 {
        for q in (p + 1)..<4 where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<4 {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
          }
          for k in 0..<4 {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
            (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
          }
        }
      }
    }
    let best = (0..<4).max { a[$0][$0] < a[$1][$1] } ?? 0
    return [v[0][best], v[1][best], v[2][best], v[3][best]]
  }
}
