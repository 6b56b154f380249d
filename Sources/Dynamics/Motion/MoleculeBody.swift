import Foundation
import Mathematics

/// A kind of molecule as a rigid body: its masses, and its rest geometry about the centre of mass along the principal
/// axes.
struct MoleculeBody: Sendable {
  /// eV/(Å/ps)², one for each atom.
  let masses: [Double]
  let mass: Double
  /// Å.
  let rest: [Vector3]
  /// Moments of inertia about the principal axes, eV ps²; 0 where all atoms lie on the axis.
  let inertia: Vector3
  /// 1/inertia, 0 where that is 0.
  let inverseInertia: Vector3

  /// - Parameter positions: the rest geometry in any frame, Å.
  init(masses: [Double], positions: [Vector3]) {
    self.masses = masses
    let mass = masses.reduce(0, +)
    self.mass = mass
    let centre = zip(masses, positions).reduce(into: Vector3()) { $0 += $1.1 * $1.0 } / mass
    let about = positions.map { $0 - centre }
    var tensor = Matrix3.zero
    for (m, r) in zip(masses, about) {
      tensor = tensor + (Matrix3(diagonal: Vector3(repeating: dot(r, r))) - Matrix3(outer: r, r)) * m
    }
    let axes = SymmetricEigen([tensor.x, tensor.y, tensor.z].map { [$0.x, $0.y, $0.z] }).vectors
    var frame = Matrix3(
      [axes[0][0], axes[0][1], axes[0][2]], [axes[1][0], axes[1][1], axes[1][2]],
      [axes[2][0], axes[2][1], axes[2][2]])
    if dot(frame.x, cross(frame.y, frame.z)) < 0 { frame.z = -frame.z }
    let rotation = frame
    rest = about.map { rotation * $0 }
    let inertia = zip(masses, rest).reduce(into: Vector3()) { sum, atom in
      let (m, r) = atom
      sum += m * Vector3(r.y * r.y + r.z * r.z, r.z * r.z + r.x * r.x, r.x * r.x + r.y * r.y)
    }
    // For atoms on a line, the moment about it is a rounding error.
    let floor = 1e-9 * (inertia.x + inertia.y + inertia.z)
    self.inertia = inertia.replacing(with: 0, where: inertia .<= floor)
    inverseInertia = (1 / inertia).replacing(with: 0, where: inertia .<= floor)
  }

  /// Rotational degrees of freedom.
  var rotations: Int { (0..<3).count { inertia[$0] > 0 } }

  func degrees(_ constraint: MotionConstraint) -> Double {
    switch constraint {
    case .flexible: 3 * Double(rest.count)
    case .rotationFixed: 3 * Double(rest.count) - Double(rotations)
    case .rigid: 3 + Double(rotations)
    case .rigidNonRotating: 3
    case .frozen: 0
    }
  }

  /// ω from an angular momentum, both in the laboratory frame; `rotation` rotates rest vectors there.
  func angularVelocity(_ momentum: Vector3, _ rotation: Matrix3) -> Vector3 {
    rotation * (rotation.transposedTimes(momentum) * inverseInertia)
  }

  /// Free rotation for a time: rotations about the three principal axes one after the other, forth and back. Symplectic, and it
  /// conserves the angular momentum in the laboratory frame exactly: Dullweber, Leimkuhler and McLachlan, J. Chem. Phys.
  /// 107, 5840 (1997).
  func rotated(_ q: SIMD4<Double>, momentum: Vector3, time_ps: Double) -> SIMD4<Double> {
    var l = Matrix3(rotation: q).transposedTimes(momentum)
    var q = q
    func about(_ axis: Int, _ time: Double) {
      let angle = l[axis] * inverseInertia[axis] * time
      let half = SIMD2(cos(angle / 2), sin(angle / 2))
      var step = SIMD4<Double>(half.x, 0, 0, 0)
      step[axis + 1] = half.y
      q = product(q, step)
      let (c, s) = (half.x * half.x - half.y * half.y, 2 * half.x * half.y)
      let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
      (l[a], l[b]) = (c * l[a] + s * l[b], c * l[b] - s * l[a])
    }
    about(0, time_ps / 2)
    about(1, time_ps / 2)
    about(2, time_ps)
    about(1, time_ps / 2)
    about(0, time_ps / 2)
    return q / (q * q).sum().squareRoot()
  }
}

/// The rotation p followed by q: quaternions with w first.
func product(_ q: SIMD4<Double>, _ p: SIMD4<Double>) -> SIMD4<Double> {
  [
    q.x * p.x - q.y * p.y - q.z * p.z - q.w * p.w,
    q.x * p.y + q.y * p.x + q.z * p.w - q.w * p.z,
    q.x * p.z - q.y * p.w + q.z * p.x + q.w * p.y,
    q.x * p.w + q.y * p.z - q.z * p.y + q.w * p.x,
  ]
}
