import Mathematics
import Trajectory

/// Numbers in columns of a fixed width that leave no blank between them, as Fortran writes them: `-24.48817838-19.04953630`.
enum FixedColumns {
  /// - Returns: nil where the line does not begin with three numbers of equally many digits after the point.
  static func three(_ line: TextLine) -> Vector3? {
    let bytes = line.trimmed.bytes
    guard let last = bytes.lastIndex(of: 46) else { return nil }
    // Each number ends as many digits after its point as the last one, which ends the line.
    let digits = bytes[(last + 1)...].prefix { (48...57).contains($0) }.count
    guard digits > 0, last + 1 + digits == bytes.count || TextLine.isSpace(bytes[last + 1 + digits]),
      let base = bytes.baseAddress
    else { return nil }
    var values = Vector3()
    var start = 0
    for axis in 0..<3 {
      guard let point = bytes[start...].firstIndex(of: 46), point + 1 + digits <= bytes.count
      else { return nil }
      let end = point + 1 + digits
      let field = TextLine(base: base + start, count: end - start).trimmed
      guard let value = field.decimal, abs(value) < 1e6 else { return nil }
      values[axis] = value
      start = end
    }
    return values
  }
}
