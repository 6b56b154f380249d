extension Unicode.Scalar {
  /// Whether it acts on a terminal, ends a line, or turns the direction of the text after it, instead of being shown.
  package var isControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    }
  }

  /// `\n`, `\e`, `\u{9b}`.
  fileprivate var escaped: String {
    switch value {
    case 0: "\\0"
    case 0x09: "\\t"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x1B: "\\e"
    default: "\\u{\(String(value, radix: 16))}"
    }
  }
}

/// A text with its control characters shown as `\n`, `\e` or `\u{9b}`, for a line of a message, a table or a log.
package func visible(_ text: some StringProtocol) -> String { visible(text, except: []) }

/// The same for a text of several lines, which keeps its line feeds and tabs.
package func visibleLines(_ text: some StringProtocol) -> String { visible(text, except: ["\n", "\t"]) }

private func visible(_ text: some StringProtocol, except kept: [Unicode.Scalar]) -> String {
  // Nearly every text has none.
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(text) }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.isControl, !kept.contains(scalar) {
      result += scalar.escaped
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A text on one line: control characters become blanks. For titles and comments of files whose formats can't quote.
package func oneLine(_ text: some StringProtocol) -> String {
  String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 }))
}

/// The first control character of a text, for a message: `a line break (\n) as character 2`; nil where there is none.
package func firstControlCharacter(in text: some StringProtocol) -> String? {
  guard let (offset, scalar) = text.unicodeScalars.enumerated().first(where: { $0.element.isControl }) else {
    return nil
  }
  let name = ["\n", "\r", "\u{2028}", "\u{2029}"].contains(scalar) ? "line break" : "control character"
  return "the \(name) \(scalar.escaped) as character \(offset + 1)"
}

/// Refuses a name, a path or another value with control characters, which would become lines or commands of their own in
/// a script, a table or a terminal.
/// - Returns: the text.
/// - Throws: ``InputError``.
@discardableResult
package func withoutControlCharacters(
  _ text: String, _ what: String, place: SourcePlace? = nil, key: String? = nil
) throws(InputError) -> String {
  guard let found = firstControlCharacter(in: text) else { return text }
  throw InputError(
    place: place, key: key, found: "\(found) of '\(text.prefix(200))'",
    wanted: "\(what) without control characters")
}
