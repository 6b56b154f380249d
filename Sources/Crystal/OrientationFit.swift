import Mathematics

/// The rotation of a molecule from its reference geometry, as a unit quaternion (w, x, y, z), w ≥ 0.
///
/// The best fit of all atoms, not of one bond: Horn, J. Opt. Soc. Am. A 4, 629 (1987).
package enum OrientationFit {
  /// - Parameters:
  ///   - reference: the rest geometry, about its centre, Å.
  ///   - positions: the current geometry, about the same centre, Å.
  ///   - weights: one for each atom; with masses the rotation is that of the Eckart frame.
  package static func turn(
    _ positions: [Vector3], to reference: [Vector3], weights: [Double]? = nil
  ) -> SIMD4<Double> {
    guard positions.count > 1 else { return [1, 0, 0, 0] }
    var sx = Vector3()
    var sy = Vector3()
    var sz = Vector3()
    for (atom, (a, b)) in zip(reference, positions).enumerated() {
      let a = a * (weights?[atom] ?? 1)
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
    let eigen = SymmetricEigen(matrix)
    let best = (0..<4).max { eigen.values[$0] < eigen.values[$1] } ?? 0
    let v = eigen.vectors[best]
    let q = SIMD4<Double>(v[0], v[1], v[2], v[3])
    return q.x < 0 ? -q : q
  }
}
