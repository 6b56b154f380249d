import Mathematics

/// A periodic cell of any shape, given by its three lattice vectors in Å.
public struct Cell: Equatable, Sendable {
  /// The lattice vectors, Å.
  public let a: Vector3
  /// Å.
  public let b: Vector3
  /// Å.
  public let c: Vector3
  /// Rows of the inverse: `fractional = (reciprocalA·r, reciprocalB·r, reciprocalC·r)`, 1/Å, without 2π.
  public let reciprocalA: Vector3
  /// 1/Å.
  public let reciprocalB: Vector3
  /// 1/Å.
  public let reciprocalC: Vector3

  /// - Precondition: the vectors span a volume (file readers check that and throw).
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

  /// a, b and c, Å.
  public var vectors: [Vector3] { [a, b, c] }

  /// Fractional coordinates of a Cartesian position, Å.
  @inlinable @inline(__always) public func fractional(_ r: Vector3) -> Vector3 {
    [dot(reciprocalA, r), dot(reciprocalB, r), dot(reciprocalC, r)]
  }

  /// The Cartesian position, Å, of fractional coordinates.
  @inlinable @inline(__always) public func cartesian(_ s: Vector3) -> Vector3 { a * s.x + b * s.y + c * s.z }

  /// The displacement to the image that is `image` cells away, Å.
  @inlinable public func shift(_ image: SIMD3<Int32>) -> Vector3 {
    cartesian([Double(image.x), Double(image.y), Double(image.z)])
  }

  /// Equal lattice vectors.
  public static func == (l: Cell, r: Cell) -> Bool { l.a == r.a && l.b == r.b && l.c == r.c }
}

extension Cell {
  /// The cell under a linear map of space.
  public func mapped(by m: Matrix3) -> Cell { Cell(a: m * a, b: m * b, c: m * c) }

  /// The map that takes `old` to this cell.
  public func deformation(from old: Cell) -> Matrix3 {
    Matrix3(outer: a, old.reciprocalA) + Matrix3(outer: b, old.reciprocalB)
      + Matrix3(outer: c, old.reciprocalC)
  }
}
