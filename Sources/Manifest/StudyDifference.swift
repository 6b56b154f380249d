import Yams

/// A key in which two resolved manifests differ.
package struct StudyDifference: Equatable, CustomStringConvertible {
  package var key: String
  var there: String?
  var here: String?

  package var description: String { "\(key): \(there ?? "nothing"), \(here ?? "nothing")" }

  /// Whether the runs compute and record the same either way: true of resources and of the settings of the
  /// analysis other than the mobile species.
  package var affectsOnlyAnalysis: Bool { ManifestTable.affectsOnlyAnalysis(key) }

  /// All keys whose values differ, in alphabetical order.
  package static func between(_ there: String, _ here: String) throws -> [StudyDifference] {
    let left = try values(in: there)
    let right = try values(in: here)
    return Set(left.keys).union(right.keys).sorted().compactMap { key in
      left[key] == right[key] ? nil : StudyDifference(key: key, there: left[key], here: right[key])
    }
  }

  /// The values of a resolved manifest by the paths of their keys.
  /// - Throws: `YamlError`.
  package static func values(of manifest: Manifest) throws -> [String: String] {
    try values(in: ManifestWriter.yaml(manifest))
  }

  /// The values of a manifest by the paths of their keys; a list is one value.
  static func values(in yaml: String) throws -> [String: String] {
    guard let root = try Yams.compose(yaml: yaml) else { return [:] }
    var leaves: [String: String] = [:]
    func visit(_ node: Node, _ path: String) throws {
      guard case .mapping(let mapping) = node else { return leaves[path] = try flowText(node) }
      for (key, value) in mapping {
        let name = key.scalar?.string ?? ""
        try visit(value, path.isEmpty ? name : "\(path).\(name)")
      }
    }
    try visit(root, "")
    return leaves
  }
}
