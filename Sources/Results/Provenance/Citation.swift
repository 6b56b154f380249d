/// An entry of a bibliography.
package struct Citation: Sendable, Equatable {
  package enum Kind: String, Sendable { case article, software, unpublished }

  package let key: String
  package let kind: Kind
  /// `Last, First and Last, First`, as BibTeX has them.
  package let authors: String
  package let title: String
  /// Further fields of BibTeX, in their order: journal, year, volume, pages, doi.
  package let fields: [(name: String, value: String)]
  /// What the study used it for.
  package let usedFor: String

  package static func == (left: Self, right: Self) -> Bool { left.key == right.key }

  package func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The entry, in ASCII but for names and titles in UTF-8 (biber, and BibTeX with bibtexu).
  package var bibTeX: String {
    let all =
      [("author", authors), ("title", "{\(title)}")] + fields.map { ($0.name, $0.value) }
      + [("note", kind == .unpublished ? "manuscript; used for \(usedFor)" : "Used for \(usedFor)")]
    let type = kind == .software ? "misc" : kind.rawValue
    return "@\(type){\(key),\n" + all.map { "  \($0.0) = {\(Self.escaped($0.1))}" }.joined(separator: ",\n")
      + "\n}\n"
  }

  private static func escaped(_ text: String) -> String {
    ["&", "%", "#", "_"].reduce(text) { $0.replacing($1, with: "\\\($1)") }
  }
}
