import Support
import Yams

/// The entries of a mapping.
package struct ManifestMapping {
  package let value: ManifestValue
  /// In the order of the file.
  package let entries: [(key: String, value: ManifestValue)]

  package subscript(key: String) -> ManifestValue? { entries.first { $0.key == key }?.value }

  package func required(_ key: String, wanted: String) throws -> ManifestValue {
    guard let found = self[key] else {
      let path = value.path.isEmpty ? key : "\(value.path).\(key)"
      throw InputError(place: value.place, key: path, found: "nothing", wanted: wanted)
    }
    return found
  }
}

extension ManifestValue {
  /// A mapping with no keys other than `known`.
  package func mapping(known: [String]) throws -> ManifestMapping {
    let mapping = try openMapping(wanted: "a mapping with some of the keys \(known.joined(separator: ", "))")
    for (key, entry) in mapping.entries where !known.contains(key) {
      throw unknownKey(key, at: keyPlace(key) ?? entry.place, known: known)
    }
    return mapping
  }

  /// A mapping with exactly one key, which is one of `known`: a choice with settings of its own.
  package func variant(known: [String]) throws -> (key: String, value: ManifestValue) {
    let entries = try mapping(known: known).entries.filter { $0.value.text != "none" }
    guard entries.count == 1, let entry = entries.first else {
      throw error(wanted: "a mapping with one of the keys \(known.joined(separator: ", "))")
    }
    return entry
  }

  /// Whether it is a mapping in which every key is `none`: a choice of nothing.
  package var hasOnlyNone: Bool {
    guard let mapping = node.mapping, !mapping.isEmpty else { return false }
    return mapping.allSatisfy { child("", $0.value).text == "none" }
  }

  /// A mapping with keys of the user's own.
  package func openMapping(wanted: String) throws -> ManifestMapping {
    guard case .mapping(let mapping) = node else { throw error(wanted: wanted) }
    var entries: [(key: String, value: ManifestValue)] = []
    var keys: Set<String> = []
    for (keyNode, item) in mapping {
      guard let key = keyNode.scalar?.string else {
        throw ManifestValue(node: keyNode, path: path, file: file).error(wanted: "a plain text as key")
      }
      if key == "<<" {
        throw InputError(
          place: SourcePlace(file: file, line: keyNode.mark?.line, column: keyNode.mark?.column),
          key: path.isEmpty ? nil : path, found: "the merge key '<<'",
          wanted: "the keys themselves; an alias may stand for a whole value")
      }
      try withoutControlCharacters(
        key, "a key",
        place: SourcePlace(file: file, line: keyNode.mark?.line, column: keyNode.mark?.column),
        key: path.isEmpty ? nil : path)
      guard keys.insert(key).inserted else {
        throw InputError(
          place: SourcePlace(file: file, line: keyNode.mark?.line, column: keyNode.mark?.column),
          key: child(key, item).path, found: "the key a second time", wanted: "each key once")
      }
      entries.append((key, child(key, item)))
    }
    return ManifestMapping(value: self, entries: entries)
  }

  private func keyPlace(_ key: String) -> SourcePlace? {
    guard let mark = node.mapping?.keys.first(where: { $0.scalar?.string == key })?.mark else { return nil }
    return SourcePlace(file: file, line: mark.line, column: mark.column)
  }

  private func unknownKey(_ key: String, at place: SourcePlace, known: [String]) -> InputError {
    let hint = nearest(to: key, among: known).map { "did you mean '\($0)'?" }
    return InputError(
      place: place, key: path.isEmpty ? key : "\(path).\(key)", found: "the unknown key '\(key.prefix(80))'",
      wanted: "one of \(known.joined(separator: ", "))", message: hint)
  }
}
