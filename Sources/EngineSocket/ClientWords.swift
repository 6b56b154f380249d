import Foundation

/// The command of a client, in which `{socket}` and others stand for what is known when it starts.
package struct ClientWords: Equatable, Sendable {
  /// The program and its arguments, as they are given.
  package var words: [String]

  package init(_ words: [String]) { self.words = words }

  /// What a text can't be split into words for.
  package enum Problem: Error, Equatable, CustomStringConvertible {
    case openQuote(Character)
    case lonelyBackslash
    case empty

    package var description: String {
      switch self {
      case .openQuote(let quote): "the quote \(quote) is not closed"
      case .lonelyBackslash: "nothing follows the backslash"
      case .empty: "it is empty"
      }
    }
  }

  /// Splits a text at white space, with the quotes of a POSIX shell and nothing else of one: between '…' everything stands
  /// for itself; between "…" a backslash takes `"` and `\`; elsewhere it takes any character.
  package init(splitting text: String) throws(Problem) {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
      switch (quote, character) {
      case (nil, "'"), (nil, "\""):
        quote = character
        word = word ?? ""
      case (let open?, _) where open == character: quote = nil
      case (nil, "\\"), ("\"", "\\"):
        guard let next = characters.next() else { throw .lonelyBackslash }
        let isTaken = quote == nil || next == "\"" || next == "\\"
        word = (word ?? "") + (isTaken ? String(next) : "\\\(next)")
      case (nil, _) where character.isWhitespace:
        if let whole = word { words.append(whole) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let quote { throw .openQuote(quote) }
    if let word { words.append(word) }
    guard words.first?.isEmpty == false else { throw .empty }
    self.words = words
  }

  /// What stands for what in the words of a command.
  package enum Placeholder: String, CaseIterable, Sendable {
    /// The name of the Unix socket, without `/tmp/ipi_`.
    case socket
    /// Of a TCP socket.
    case host, port
    /// Paths of files with the atoms in their order: extended XYZ, and VASP's POSCAR.
    case structure, poscar

    /// The variable of the client's environment with the same content.
    var variable: String { "PADDLEWHEEL_\(rawValue.uppercased())" }
  }

  /// Names in braces that are no placeholder.
  package var unknownNames: [String] {
    let known = Placeholder.allCases.map(\.rawValue)
    return words.flatMap { $0.matches(of: #/\{([a-z]+)\}/#).map { String($0.1) } }.filter {
      !known.contains($0)
    }
  }

  /// Whether a word names a placeholder.
  package func names(_ placeholder: Placeholder) -> Bool {
    words.contains { $0.contains("{\(placeholder.rawValue)}") }
  }

  /// The words with what the placeholders stand for.
  func filled(_ values: [Placeholder: String]) -> [String] {
    words.map { word in
      word.replacing(#/\{([a-z]+)\}/#) { match in
        Placeholder(rawValue: String(match.1)).flatMap { values[$0] } ?? String(match.0)
      }
    }
  }
}
