import Mathematics

/// The rotation of a rigid molecule: a quaternion [w, x, y, z] of any length but 0.
///
/// Its matrix takes only products, sums and one division, no trigonometric functions: the same numbers on
/// every machine, and exact ones for rotations by 90 and 180 degrees.
package struct Orientation: Decodable, Equatable, Sendable {
  package let quaternion: SIMD4<Double>

  package static let identity = Orientation(w: 1, x: 0, y: 0, z: 0)

  package init(w: Double, x: Double, y: Double, z: Double) { quaternion = [w, x, y, z] }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let values = try container.decode([Double].self)
    guard values.count == 4, values.contains(where: { $0 != 0 }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "found \(values), wanted a quaternion [w, x, y, z]")
    }
    quaternion = [values[0], values[1], values[2], values[3]]
  }

  /// The rows of the matrix that rotates a template.
  package var rows: [Vector3] {
    let (w, x, y, z) = (quaternion[0], quaternion[1], quaternion[2], quaternion[3])
    let n = w * w + x * x + y * y + z * z
    return [
      [(w * w + x * x - y * y - z * z) / n, 2 * (x * y - w * z) / n, 2 * (x * z + w * y) / n],
      [2 * (x * y + w * z) / n, (w * w - x * x + y * y - z * z) / n, 2 * (y * z - w * x) / n],
      [2 * (x * z - w * y) / n, 2 * (y * z + w * x) / n, (w * w - x * x - y * y + z * z) / n],
    ]
  }
}
