/// A 3×3 tensor of Σ r ⊗ f, eV, by rows.
public struct Tensor3: Equatable, Sendable {
  public var x = Vector3()
  public var y = Vector3()
  public var z = Vector3()

  public init() {}

  public init(_ nine: ArraySlice<Double>) {
    let v = Array(nine)
    x = [v[0], v[1], v[2]]
    y = [v[3], v[4], v[5]]
    z = [v[6], v[7], v[8]]
  }

  /// Adds r ⊗ f.
  @inlinable public mutating func add(_ r: Vector3, _ f: Vector3) {
    x += f * r.x
    y += f * r.y
    z += f * r.z
  }

  @inlinable public mutating func addIsotropic(_ value: Double) {
    x.x += value
    y.y += value
    z.z += value
  }

  public static func += (left: inout Tensor3, right: Tensor3) {
    left.x += right.x
    left.y += right.y
    left.z += right.z
  }

  public static func - (left: Tensor3, right: Tensor3) -> Tensor3 {
    var result = left
    result.x -= right.x
    result.y -= right.y
    result.z -= right.z
    return result
  }

  public var trace: Double { x.x + y.y + z.z }
  /// The nine numbers by rows.
  public var elements: [Double] { [x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z] }
}
