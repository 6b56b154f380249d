/// A 3×3 tensor of Σ r ⊗ f, eV, by rows.
public struct Tensor3: Equatable, Sendable {
  /// The first row.
  public var x = Vector3()
  /// The second row.
  public var y = Vector3()
  /// The third row.
  public var z = Vector3()

  /// All elements 0.
  public init() {}

  /// - Parameter nine: by rows.
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

  /// Adds a number to each element of the diagonal.
  @inlinable public mutating func addIsotropic(_ value: Double) {
    x.x += value
    y.y += value
    z.z += value
  }

  /// Adds another.
  public static func += (left: inout Tensor3, right: Tensor3) {
    left.x += right.x
    left.y += right.y
    left.z += right.z
  }

  /// The difference.
  public static func - (left: Tensor3, right: Tensor3) -> Tensor3 {
    var result = left
    result.x -= right.x
    result.y -= right.y
    result.z -= right.z
    return result
  }

  /// Σ a_ii.
  public var trace: Double { x.x + y.y + z.z }
  /// The nine numbers by rows.
  public var elements: [Double] { [x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z] }
}
