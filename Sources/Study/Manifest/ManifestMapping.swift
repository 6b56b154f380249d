import Yams

/// The entries of a mapping, every key of which is known.
struct ManifestMapping {
  let value: ManifestValue
  /// In the order of the file.
  let entries: [(key: String, value: ManifestValue)]

  subscript(key: String) -> ManifestValue? { entries.first { $0.key == key }?.value }

  func required(_ key: String, wanted: String) throws -> ManifestValue {
    guard let found = self[key] else {
      let path = value.path.isEmpty ? key : "\(value.path).\(key)"
      throw InputError(place: value.place, key: path, found: "nothing", wanted: wanted)
    }
    return found
  }
}

extension ManifestValue {
  /// A mapping that has no other keys than `known`.
  func mapping(known: [String]) throws -> ManifestMapping {
    let mapping = try openMapping(wanted: "a mapping with some of the keys \(known.joined(separator: ", "))")
    for (key, entry) in mapping.entries where !known.contains(key) {
      throw unknownKey(key, at: keyPlace(key) ?? entry.place, known: known)
    }
    return mapping
  }

  /// A mapping with exactly one key, which is one of `known`: a choice with settings of its own.
  func variant(known: [String]) throws -> (key: String, value: ManifestValue) {
    let mapping = try mapping(known: known)
    guard mapping.entries.count == 1, let entry = mapping.entries.first else {
      throw error(wanted: "a mapping with one of the keys \(known.joined(separator: ", "))")
    }
    return entry
  }

  /// A mapping whose keys are the user's own.
  func openMapping(wanted: String) throws -> ManifestMapping {
    guard case .mapping(let mapping) = node else { throw error(wanted: wanted) }
    var entries: [(key: String, value: ManifestValue)] = []
    for (keyNode, item) in mapping {
      guard let key = keyNode.scalar?.string else {
        throw ManifestValue(node: keyNode, path: path, file: file).error(wanted: "a plain text as key")
      }
      if entries.contains(where: { $0.key == key }) {
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

/// The candidate that needs the fewest edits to become `word`; nil where none is near.
func nearest(to word: String, among candidates: [String]) -> String? {
  guard word.count <= 80 else { return nil }
  let scored = candidates.map { (name: $0, edits: editDistance(word.lowercased(), $0.lowercased())) }
  guard let best = scored.min(by: { $0.edits < $1.edits }) else { return nil }
  return best.edits <= max(2, best.name.count / 3) ? best.name : nil
}

/// Levenshtein's distance: the least number of insertions, deletions and substitutions.
func editDistance(_ first: String, _ second: String) -> Int {
  let target = Array(second)
  var row = Array(0...target.count)
  for (i, character) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in target.indices {
      let substituted = diagonal + (character == target[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[target.count]
}
