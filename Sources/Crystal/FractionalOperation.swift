import Mathematics

/// A symmetry operation in fractions of the lattice vectors: x' = rotation x + translation.
public struct FractionalOperation: Equatable, Sendable {
  /// Rows of whole numbers.
  public var rotation: [SIMD3<Int32>]
  public var translation: Vector3

  public init(rotation: [SIMD3<Int32>], translation: Vector3) {
    self.rotation = rotation
    self.translation = translation
  }

  public static let identity = FractionalOperation(
    rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translation: .zero)
}
