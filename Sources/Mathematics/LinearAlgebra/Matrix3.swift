/// A 3×3 matrix by rows: strains, strain rates, rotations.
public struct Matrix3: Equatable, Sendable {
  /// The first row.
  public var x: Vector3
  /// The second row.
  public var y: Vector3
  /// The third row.
  public var z: Vector3

  /// By rows.
  @inlinable public init(_ x: Vector3, _ y: Vector3, _ z: Vector3) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// Zero off the diagonal.
  @inlinable public init(diagonal d: Vector3) {
    self.init([d.x, 0, 0], [0, d.y, 0], [0, 0, d.z])
  }

  /// All elements 0.
  public static let zero = Matrix3(diagonal: .zero)
  /// Ones on the diagonal.
  public static let identity = Matrix3(diagonal: Vector3(repeating: 1))

  /// u ⊗ v.
  @inlinable public init(outer u: Vector3, _ v: Vector3) { self.init(v * u.x, v * u.y, v * u.z) }

  /// The rotation by a unit quaternion (w, x, y, z).
  @inlinable public init(rotation q: SIMD4<Double>) {
    let (w, x, y, z) = (q.x, q.y, q.z, q.w)
    self.init(
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
  }

  /// Σ a_ii.
  public var trace: Double { x.x + y.y + z.z }
  /// a_ji.
  public var transposed: Matrix3 { Matrix3([x.x, y.x, z.x], [x.y, y.y, z.y], [x.z, y.z, z.z]) }
  /// The mean of the matrix and its transpose.
  public var symmetric: Matrix3 { (self + transposed) * 0.5 }
  /// By rows.
  public var elements: [Double] { [x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z] }
  /// Σ a_ij².
  public var squareSum: Double { dot(x, x) + dot(y, y) + dot(z, z) }

  /// - Parameter nine: by rows.
  public init(_ nine: ArraySlice<Double>) {
    let v = Array(nine)
    self.init([v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]])
  }

  /// m v.
  @inlinable public static func * (m: Matrix3, v: Vector3) -> Vector3 {
    [dot(m.x, v), dot(m.y, v), dot(m.z, v)]
  }

  /// All elements times a number.
  @inlinable public static func * (m: Matrix3, factor: Double) -> Matrix3 {
    Matrix3(m.x * factor, m.y * factor, m.z * factor)
  }

  /// m n.
  @inlinable public static func * (m: Matrix3, n: Matrix3) -> Matrix3 {
    func row(_ v: Vector3) -> Vector3 { n.x * v.x + n.y * v.y + n.z * v.z }
    return Matrix3(row(m.x), row(m.y), row(m.z))
  }

  /// The sum.
  @inlinable public static func + (m: Matrix3, n: Matrix3) -> Matrix3 {
    Matrix3(m.x + n.x, m.y + n.y, m.z + n.z)
  }

  /// The difference.
  @inlinable public static func - (m: Matrix3, n: Matrix3) -> Matrix3 {
    Matrix3(m.x - n.x, m.y - n.y, m.z - n.z)
  }

  /// mᵀ v.
  @inlinable public func transposedTimes(_ v: Vector3) -> Vector3 { x * v.x + y * v.y + z * v.z }

  /// e^m.
  public var exponential: Matrix3 { Self.identity + self * exponentialMean }

  /// ∫₀¹ e^(s m) ds = 1 + m/2! + m²/3! + …, by its series: meant for the small matrices of one time step.
  public var exponentialMean: Matrix3 {
    var term = Self.identity
    var sum = Self.identity
    for n in 2..<40 {
      term = term * self * (1 / Double(n))
      sum = sum + term
      if term.squareSum < 1e-36 { break }
    }
    return sum
  }
}
