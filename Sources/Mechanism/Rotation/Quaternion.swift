import RealModule

/// conj(q) p for unit quaternions (w, x, y, z): the rotation from q to p in the body frame.
func relativeTurn(from q: SIMD4<Double>, to p: SIMD4<Double>) -> SIMD4<Double> {
  [
    q.x * p.x + q.y * p.y + q.z * p.z + q.w * p.w,
    q.x * p.y - q.y * p.x - q.z * p.w + q.w * p.z,
    q.x * p.z - q.z * p.x - q.w * p.y + q.y * p.w,
    q.x * p.w - q.w * p.x - q.y * p.z + q.z * p.y,
  ]
}

/// The angle of a rotation, 0 to π; q and −q are the same rotation.
func turnAngle(_ q: SIMD4<Double>) -> Double {
  let sine = (q.y * q.y + q.z * q.z + q.w * q.w).squareRoot()
  return 2 * Double.atan2(y: sine, x: abs(q.x))
}
