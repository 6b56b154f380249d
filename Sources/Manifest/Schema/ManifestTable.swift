/// The table of all keys of the manifest.
package enum ManifestTable {
  /// The keys of the top level, with those under them.
  package static let keys = ManifestDraft.schema.keys

  /// The paths of all keys, such as `dynamics.timestep`.
  static let paths: [String] = {
    func paths(_ keys: [ManifestKey], under parent: String) -> [String] {
      keys.flatMap { [parent + $0.name] + paths($0.children, under: "\(parent)\($0.name).") }
    }
    return paths(keys, under: "")
  }()

  /// The keys along a path, as far as the table has them: a path may go on with names of the user's own.
  private static func keys(along path: String) -> [ManifestKey] {
    var level = keys
    var found: [ManifestKey] = []
    for name in path.split(separator: ".") {
      guard let key = level.first(where: { $0.name == name }) else { break }
      found.append(key)
      level = key.children
    }
    return found
  }

  /// Whether a sweep may vary what stands under a path.
  static func isAxis(_ path: String) -> Bool {
    keys(along: path).compactMap(\.isAxis).last ?? false
  }

  /// Whether a change under a path leaves alone what the runs compute and record.
  static func affectsOnlyAnalysis(_ path: String) -> Bool {
    keys(along: path).compactMap(\.affectsOnlyAnalysis).last ?? false
  }
}
