import Yams

/// Writes a manifest as YAML with every default, in the order of the table of keys.
package enum ManifestWriter {
  package static func yaml(_ manifest: Manifest) throws -> String {
    try Yams.serialize(
      node: ManifestDraft(manifest).encode(), indent: 2, width: -1, allowUnicode: true)
  }
}
