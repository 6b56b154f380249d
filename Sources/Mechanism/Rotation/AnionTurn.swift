import Mathematics
import RealModule

extension AnionKind {
  /// The rotation from one orientation to another in the frame of the body. That of a linear anion is the shortest
  /// that takes its axis from the one direction to the other: its atoms do not determine a turn about the axis.
  /// - Parameters: unit quaternions (w, x, y, z).
  func turn(from q: SIMD4<Double>, to p: SIMD4<Double>) -> SIMD4<Double> {
    let turn = relativeTurn(from: q, to: p)
    return linearAxis.map { withoutTwist(turn, about: $0) } ?? turn
  }

  /// The angle of that rotation, 0 to π.
  func angle(from q: SIMD4<Double>, to p: SIMD4<Double>) -> Double { turnAngle(turn(from: q, to: p)) }
}

/// What of an orientation is determined, as four numbers that can be averaged: the quaternion, or the direction
/// (0, x, y, z) of the axis of a linear anion.
extension AnionKind {
  func pose(_ q: SIMD4<Double>) -> SIMD4<Double> {
    guard let linearAxis else { return q }
    let direction = Matrix3(rotation: q) * linearAxis
    return [0, direction.x, direction.y, direction.z]
  }

  /// The angle between two poses of unit length, 0 to π.
  func angle(betweenPoses a: SIMD4<Double>, _ b: SIMD4<Double>) -> Double {
    guard linearAxis != nil else { return turnAngle(relativeTurn(from: a, to: b)) }
    let (u, v) = (Vector3(a.y, a.z, a.w), Vector3(b.y, b.z, b.w))
    return Double.atan2(y: length(cross(u, v)), x: dot(u, v))
  }

  /// The pose of a sign such that it can be added to `other`: q and −q are the same rotation, while opposite
  /// directions differ.
  func aligned(_ pose: SIMD4<Double>, with other: SIMD4<Double>) -> SIMD4<Double> {
    linearAxis == nil && (pose * other).sum() < 0 ? -pose : pose
  }
}

/// A rotation without its turn about an axis: the shortest rotation that moves the axis as it does.
///
/// q = swing · twist, where the twist is the part of q along the axis (Dobrowolski, Swing-twist decomposition in
/// Clifford algebra, arXiv:1506.05481). After half a turn that reverses the axis the twist is not defined, and q
/// is itself a shortest rotation.
private func withoutTwist(_ q: SIMD4<Double>, about axis: Vector3) -> SIMD4<Double> {
  let along = dot(Vector3(q.y, q.z, q.w), axis)
  let norm = (q.x * q.x + along * along).squareRoot()
  guard norm > 1e-9 else { return q }
  let w = q.x / norm
  let v = axis * (-along / norm)
  // q times the inverse of the twist (w, −v).
  return [
    q.x * w - q.y * v.x - q.z * v.y - q.w * v.z, q.x * v.x + q.y * w + q.z * v.z - q.w * v.y,
    q.x * v.y - q.y * v.z + q.z * w + q.w * v.x, q.x * v.z + q.y * v.y - q.z * v.x + q.w * w,
  ]
}
