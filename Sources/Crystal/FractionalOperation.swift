import Mathematics

/// A symmetry operation in fractional coordinates: x' = rotation x + translation.
package struct FractionalOperation: Equatable, Sendable {
  /// Rows of integers.
  package var rotation: [SIMD3<Int32>]
  package var translation: Vector3

  package init(rotation: [SIMD3<Int32>], translation: Vector3) {
    self.rotation = rotation
    self.translation = translation
  }

  package static let identity = FractionalOperation(
    rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translation: .zero)
}
