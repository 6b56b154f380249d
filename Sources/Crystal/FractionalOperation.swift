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

  /// The image of a position, in fractions.
  package func image(of s: Vector3) -> Vector3 {
    var image = translation
    for k in 0..<3 {
      let row = rotation[k]
      image[k] += Double(row.x) * s.x + Double(row.y) * s.y + Double(row.z) * s.z
    }
    return image
  }

  package static let identity = FractionalOperation(
    rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translation: .zero)
}
