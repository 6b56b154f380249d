import Support
import Trajectory

/// A piece of a text file in the reader's own memory; valid until the next line is read.
package struct TextLine {
  let base: UnsafePointer<UInt8>
  let count: Int

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Text shortened for a message.
  package var excerpt: String {
    let all = string
    let text = visible(String(all.prefix(40)).replacing("\t", with: " "))
    return all.count > 40 ? "“\(text)…”" : "“\(text)”"
  }

  package var isBlank: Bool { bytes.allSatisfy(Self.isSpace) }

  func hasPrefix(_ prefix: StaticString) -> Bool {
    guard count >= prefix.utf8CodeUnitCount else { return false }
    return (0..<prefix.utf8CodeUnitCount).allSatisfy { base[$0] == prefix.utf8Start[$0] }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  /// The words between blanks.
  package var fields: TextFields { TextFields(rest: self) }

  /// The line without blanks at its ends.
  package var trimmed: TextLine {
    var first = 0
    var last = count
    while first < last, Self.isSpace(base[first]) { first += 1 }
    while first < last, Self.isSpace(base[last - 1]) { last -= 1 }
    return TextLine(base: base + first, count: last - first)
  }
}

/// Returns the words of a line one after the other, without allocation.
package struct TextFields: Sequence, IteratorProtocol {
  fileprivate(set) var rest: TextLine

  package mutating func next() -> TextLine? {
    var first = 0
    while first < rest.count, TextLine.isSpace(rest.base[first]) { first += 1 }
    var last = first
    while last < rest.count, !TextLine.isSpace(rest.base[last]) { last += 1 }
    defer { rest = TextLine(base: rest.base + last, count: rest.count - last) }
    return first < last ? TextLine(base: rest.base + first, count: last - first) : nil
  }
}

extension TextLine {
  /// An integer; nil for anything else and on overflow.
  package var integer: Int? {
    guard (1...20).contains(count) else { return nil }
    var index = 0
    let isNegative = base[0] == 45
    if isNegative || base[0] == 43 { index = 1 }
    guard index < count else { return nil }
    var value = 0
    while index < count {
      let digit = Int(base[index]) - 48
      guard (0...9).contains(digit) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
      guard !overflow, !carry else { return nil }
      value = sum
      index += 1
    }
    return value
  }

  /// A finite decimal number, also with Fortran's `D` for the exponent; nil for anything else.
  ///
  /// Up to 15 digits and powers of ten to 22 have exact factors, so that one product or quotient rounds
  /// correctly (W. D. Clinger, PLDI 1990); other numbers are parsed by the standard library, which is slower.
  package var decimal: Double? {
    guard (1...64).contains(count) else { return nil }
    var index = 0
    let isNegative = base[0] == 45
    if isNegative || base[0] == 43 { index = 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var scale = 0
    var hasPoint = false
    while index < count {
      let byte = base[index]
      if byte == 46 {
        guard !hasPoint else { return nil }
        hasPoint = true
      } else if (48...57).contains(byte) {
        digits += 1
        if digits <= 18 { mantissa = mantissa &* 10 &+ UInt64(byte - 48) }
        if hasPoint { scale -= 1 }
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index < count {
      guard [68, 69, 100, 101].contains(base[index]), count - index <= 6,
        let exponent = TextLine(base: base + index + 1, count: count - index - 1).integer
      else { return nil }
      scale += exponent
    }
    if digits <= 18, mantissa < 1 << 53, abs(scale) <= 22 {
      let size = Double(mantissa)
      let value = scale < 0 ? size / Self.powers[-scale] : size * Self.powers[scale]
      return isNegative ? -value : value
    }
    let plain = String(
      decoding: bytes.map { $0 == 68 || $0 == 100 ? 101 : $0 }, as: UTF8.self)
    // Swift requires a digit after the point.
    guard let value = Double(plain) ?? Double(plain + "0"), value.isFinite else { return nil }
    return value
  }

  private static let powers: [Double] = (0...22).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}
