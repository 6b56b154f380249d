/// A Cartesian vector, Å (or Å/ps, eV/Å; the unit is in the name of what holds it).
public typealias Vector3 = SIMD3<Double>

/// A periodic cell of any shape, given by its three lattice vectors in Å.
public struct Cell: Equatable, Sendable {
  /// The lattice vectors, Å.
  public let a: Vector3
  public let b: Vector3
  public let c: Vector3
  /// Rows of the inverse: `fractional = (reciprocalA·r, reciprocalB·r, reciprocalC·r)`, 1/Å, without 2π.
  public let reciprocalA: Vector3
  public let reciprocalB: Vector3
  public let reciprocalC: Vector3

  /// - Precondition: the vectors span a volume (readers of files check that and throw).
  public init(a: Vector3, b: Vector3, c: Vector3) {
    self.a = a
    self.b = b
    self.c = c
    let signedVolume = dot(a, cross(b, c))
    reciprocalA = cross(b, c) / signedVolume
    reciprocalB = cross(c, a) / signedVolume
    reciprocalC = cross(a, b) / signedVolume
  }

  /// A cube of the given edge, Å.
  public init(cubic edge: Double) {
    self.init(a: [edge, 0, 0], b: [0, edge, 0], c: [0, 0, edge])
  }

  /// Å³, positive for a left-handed set of vectors too.
  public var volume: Double { abs(dot(a, cross(b, c))) }

  /// Distances between opposite faces, Å.
  public var heights: Vector3 {
    [1 / length(reciprocalA), 1 / length(reciprocalB), 1 / length(reciprocalC)]
  }

  public var vectors: [Vector3] { [a, b, c] }

  @inlinable @inline(__always) public func fractional(_ r: Vector3) -> Vector3 {
    [dot(reciprocalA, r), dot(reciprocalB, r), dot(reciprocalC, r)]
  }

  @inlinable @inline(__always) public func cartesian(_ s: Vector3) -> Vector3 { a * s.x + b * s.y + c * s.z }

  /// The position that `image` cells away is, Å.
  @inlinable public func shift(_ image: SIMD3<Int32>) -> Vector3 {
    cartesian([Double(image.x), Double(image.y), Double(image.z)])
  }

  public static func == (l: Cell, r: Cell) -> Bool { l.a == r.a && l.b == r.b && l.c == r.c }
}

@inlinable @inline(__always) public func dot(_ u: Vector3, _ v: Vector3) -> Double {
  u.x * v.x + u.y * v.y + u.z * v.z
}

@inlinable public func cross(_ u: Vector3, _ v: Vector3) -> Vector3 {
  [u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x]
}

@inlinable public func length(_ v: Vector3) -> Double { dot(v, v).squareRoot() }
