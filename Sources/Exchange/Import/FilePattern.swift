import Foundation
import Support

/// The files that a wildcard names, in the natural order of their numbers.
enum FilePattern {
  /// - Returns: the name itself where it has no wildcard.
  /// - Throws: ``InputError`` where no file matches.
  static func files(_ pattern: String) throws -> [String] {
    guard pattern.contains(where: { "*?[".contains($0) }), !FileManager.default.fileExists(atPath: pattern)
    else {
      return [pattern]
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0, found.gl_pathc > 0, let paths = found.gl_pathv else {
      throw InputError(found: "'\(pattern)'", wanted: "a wildcard that files match")
    }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }.sorted(by: isBefore)
  }

  /// `d.9` before `d.10`: numbers by their value, all else by its bytes.
  static func isBefore(_ first: String, _ second: String) -> Bool {
    var (a, b) = (Array(first.utf8)[...], Array(second.utf8)[...])
    while let x = a.first, let y = b.first {
      if isDigit(x), isDigit(y) {
        let (left, right) = (number(&a), number(&b))
        if left != right {
          return left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
        }
      } else {
        if x != y { return x < y }
        a.removeFirst()
        b.removeFirst()
      }
    }
    if a.isEmpty != b.isEmpty { return a.isEmpty }
    return first < second
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// Takes the digits at the beginning; without zeros before the others.
  private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix(while: isDigit)
    text = text[digits.endIndex...]
    return digits.drop { $0 == 48 }
  }
}
