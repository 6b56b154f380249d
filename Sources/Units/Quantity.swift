import Foundation

/// Reads and writes the manifest's quantities: a number, with a unit where the dimension has one.
package enum Quantity {
  /// Why a text is not a quantity of the expected dimension.
  package enum Problem: Error, Equatable {
    case notANumber
    case notFinite
    case missingUnit
    case unitNotWanted(String)
    case unknownUnit(String)
  }

  /// A number and the text after it.
  package struct Split: Equatable {
    package var value: Double
    /// The number as it was written.
    package var number: String
    package var unit: String
  }

  /// The number at the start of `text` and the rest, trimmed; a true minus as in `−12 %` is accepted.
  /// - Throws: ``Problem/notANumber``, ``Problem/notFinite``.
  package static func split(_ text: String) throws(Problem) -> Split {
    let plain = text.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\u{2212}", with: "-")
    let end = endOfNumber(plain)
    let unit = plain[end...].drop(while: \.isWhitespace)
    guard let value = Double(plain[..<end]), !unit.contains(where: \.isNewline) else { throw .notANumber }
    guard value.isFinite else { throw .notFinite }
    return Split(value: value, number: String(plain[..<end]), unit: String(unit))
  }

  /// Where the decimal number at the start of a text ends. Not a regular expression: a large study reads many
  /// thousands of numbers, and an expression would be compiled for each.
  private static func endOfNumber(_ text: String) -> String.Index {
    var at = text.startIndex
    func skip(_ characters: String) {
      if at < text.endIndex, characters.contains(text[at]) { at = text.index(after: at) }
    }
    func skipDigits() -> Bool {
      let start = at
      while at < text.endIndex, let value = text[at].asciiValue, (48...57).contains(value) {
        at = text.index(after: at)
      }
      return at > start
    }
    skip("+-")
    let hasWhole = skipDigits()
    skip(".")
    let hasPart = skipDigits()
    guard hasWhole || hasPart else { return text.startIndex }
    let mantissa = at
    skip("eE")
    guard at > mantissa else { return mantissa }
    skip("+-")
    return skipDigits() ? at : mantissa
  }

  /// The value of `text` in the internal unit of `dimension`: Å, ps, eV, K, amu, GPa, mS/cm, s of wall time.
  /// - Throws: ``Problem``.
  package static func parse(_ text: String, as dimension: PhysicalDimension) throws(Problem) -> Double {
    let parts = try split(text)
    if dimension.isDimensionless {
      guard parts.unit.isEmpty else { throw .unitNotWanted(parts.unit) }
      return parts.value
    }
    guard !parts.unit.isEmpty else { throw .missingUnit }
    guard let unit = dimension.units.first(where: { $0.names.contains(parts.unit) }) else {
      throw .unknownUnit(parts.unit)
    }
    let value = parts.value * unit.multiplier / unit.divisor
    guard value.isFinite else { throw .notFinite }
    return value
  }

  /// The shortest text that ``parse(_:as:)`` reads back as exactly `value`.
  package static func print(_ value: Double, as dimension: PhysicalDimension) -> String {
    if dimension.isDimensionless { return plain(value) }
    var best: String?
    for name in dimension.printed {
      guard let unit = dimension.units.first(where: { $0.names.contains(name) }) else { continue }
      let text = "\(plain(value * unit.divisor / unit.multiplier)) \(name)"
      guard (try? parse(text, as: dimension)) == value, text.count < best?.count ?? .max else { continue }
      best = text
    }
    let canonical = dimension.units.first { $0.multiplier == 1 && $0.divisor == 1 }
    return best ?? "\(plain(value)) \(canonical?.names.first ?? "")"
  }

  /// A number as Swift prints it, without a superfluous `.0`.
  package static func plain(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
