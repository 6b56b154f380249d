internal import CGemmi
import Mathematics

/// A symmetry operation of a crystal, s' = R·s + t in fractional coordinates.
struct SymmetryOperation: Hashable {
  /// Row by row, in units of 1/24.
  let rotation: [Int]
  /// In units of 1/24, 0…23.
  let translation: [Int]

  static let denominator = 24

  init(rotation: [Int], translation: [Int]) {
    self.rotation = rotation
    self.translation = translation.map {
      let rest = $0 % Self.denominator
      return rest < 0 ? rest + Self.denominator : rest
    }
  }

  init(_ operation: CGemmiOperation) {
    let r = withUnsafeBytes(of: operation.rotation) { $0.bindMemory(to: Int32.self).map { Int($0) } }
    let t = withUnsafeBytes(of: operation.translation) { $0.bindMemory(to: Int32.self).map { Int($0) } }
    self.init(rotation: r, translation: t)
  }

  func callAsFunction(_ s: Vector3) -> Vector3 {
    var result = Vector3()
    for i in 0..<3 {
      let row = Vector3(
        Double(rotation[3 * i]), Double(rotation[3 * i + 1]), Double(rotation[3 * i + 2]))
      result[i] = (dot(row, s) + Double(translation[i])) / Double(Self.denominator)
    }
    return result
  }

  /// The product of two operations; `other` acts first.
  func after(_ other: SymmetryOperation) -> SymmetryOperation {
    var r = [Int](repeating: 0, count: 9)
    var t = [Int](repeating: 0, count: 3)
    for i in 0..<3 {
      for k in 0..<3 {
        for j in 0..<3 { r[3 * i + j] += rotation[3 * i + k] * other.rotation[3 * k + j] }
        t[i] += rotation[3 * i + k] * other.translation[k]
      }
      t[i] = t[i] / Self.denominator + translation[i]
    }
    return SymmetryOperation(rotation: r.map { $0 / Self.denominator }, translation: t)
  }

  /// Whether it preserves the metric tensor of a cell, to one per cent of the largest squared edge.
  func preserves(_ cell: Cell) -> Bool {
    let v = cell.vectors
    let largest = v.map { dot($0, $0) }.max() ?? 0
    let images = (0..<3).map { column in
      (0..<3).reduce(Vector3()) {
        $0 + v[$1] * (Double(rotation[3 * $1 + column]) / Double(Self.denominator))
      }
    }
    return (0..<3).allSatisfy { i in
      (0..<3).allSatisfy { j in abs(dot(images[i], images[j]) - dot(v[i], v[j])) < 0.01 * largest }
    }
  }

  /// All operations of a space group, from its description in a CIF; nil where gemmi knows none.
  static func group(_ fill: (UnsafeMutablePointer<CGemmiOperation>, Int) -> Int) -> [SymmetryOperation]? {
    // The largest conventional group, Fm-3m and similar ones, has 192.
    var operations = [CGemmiOperation](repeating: CGemmiOperation(), count: 192)
    let count = operations.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { fill($0, buffer.count) } ?? 0
    }
    return count == 0 ? nil : operations.prefix(count).map { SymmetryOperation($0) }
  }
}
