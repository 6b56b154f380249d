/// A Cartesian vector, Å (or Å/ps, eV/Å; the unit is in the name of what holds it).
public typealias Vector3 = SIMD3<Double>

/// u·v.
@inlinable @inline(__always) public func dot(_ u: Vector3, _ v: Vector3) -> Double {
  u.x * v.x + u.y * v.y + u.z * v.z
}

/// u × v.
@inlinable public func cross(_ u: Vector3, _ v: Vector3) -> Vector3 {
  [u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x]
}

/// |v|.
@inlinable public func length(_ v: Vector3) -> Double { dot(v, v).squareRoot() }
