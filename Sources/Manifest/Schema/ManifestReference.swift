import Support

/// The reference of all keys, made from the table of keys: the blocks of docs/manifest.md between
/// `<!-- generated: keys -->`, or `<!-- generated: keys of SECTION -->`, and `<!-- end -->`.
package enum ManifestReference {
  private static let opening = "<!-- generated: keys"
  private static let closing = "<!-- end -->"

  /// The tables of all keys, in Markdown: the top level, then each section under its heading.
  package static func markdown() throws -> String {
    let sections = ManifestTable.keys.filter { !$0.children.isEmpty }
    let tables = try sections.map { "## `\($0.name)`\n\n" + (try table(of: $0.name)) }
    return ([try table(of: nil)] + tables).joined(separator: "\n\n") + "\n"
  }

  /// A page with its generated blocks made anew.
  /// - Throws: ``InputError`` for a block of an unknown section or without an end, and for a page without blocks.
  package static func updated(_ page: String) throws -> String {
    var lines: [Substring] = []
    var isInBlock = false
    var blocks = 0
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == closing {
        isInBlock = false
      } else if isInBlock {
        continue
      }
      lines.append(line)
      if line.hasPrefix(opening) {
        isInBlock = true
        blocks += 1
        let title = line.dropFirst(opening.count).trimmingPrefix(" of ")
        let section = title.prefix { $0 != " " }
        lines += ["", Substring(try table(of: section.isEmpty ? nil : String(section))), ""]
      }
    }
    guard blocks > 0, !isInBlock else {
      throw InputError(
        found: isInBlock ? "a block without an end" : "no block",
        wanted: "blocks between '\(opening) -->' and '\(closing)'")
    }
    return lines.joined(separator: "\n")
  }

  /// The keys of one section, or of the top level.
  private static func table(of section: String?) throws -> String {
    var keys = ManifestTable.keys
    var isAxis = false
    if let section {
      guard let found = keys.first(where: { $0.name == section }) else {
        throw InputError(
          found: "the section '\(section)'", wanted: "one of \(keys.map(\.name).joined(separator: ", "))")
      }
      keys = found.children
      isAxis = found.isAxis ?? false
    }
    let rows = try keys.flatMap { try entries($0, under: "", isAxis: isAxis, isTop: section == nil) }
    let heading = ["key", "meaning", "value", "default"] + (isAxis ? ["axis"] : [])
    return ([heading, heading.map { _ in "---" }] + rows.map { isAxis ? $0 : Array($0.dropLast()) })
      .map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  /// A key and, unless it is one of the top level, those under it.
  private static func entries(_ key: ManifestKey, under parent: String, isAxis: Bool, isTop: Bool) throws
    -> [[String]]
  {
    let isAxis = key.isAxis ?? isAxis
    var text = try key.defaultText()
    if isTop, text == "required" || text.hasPrefix("{") {
      text = "[\(text == "required" ? text : "below")](#\(key.name))"
    }
    if text.hasPrefix("{") { text = "`\(text)`" }
    let row = ["`\(parent)\(key.name)`", key.description, key.values, text, isAxis ? "yes" : "no"]
    guard !isTop else { return [row] }
    return try [row]
      + key.children.flatMap {
        try entries($0, under: "\(parent)\(key.name).", isAxis: isAxis, isTop: false)
      }
  }
}
