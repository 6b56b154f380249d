import Support

/// A file that a manifest names.
package struct InputFile: Hashable, Sendable {
  /// Absolute: where it is read.
  package var path: String
  /// As the manifest writes it; a relative one is relative to the manifest's folder.
  package var name: String

  package init(path: String, name: String) {
    self.path = path
    self.name = name
  }

  /// - Parameter value: the place that gives the name.
  package init(_ name: String, at value: ManifestValue) {
    self.init(path: absolutePath(name, from: SourceFile.folder(of: value.file)), name: name)
  }

  /// The folder of a study that holds its copies of input files.
  package static let folder = "inputs"

  /// Whether a study has, or is to have, a copy of its own under this name.
  package var isInStudy: Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 1 && parts[0] == Self.folder && !parts.contains { ["", ".", ".."].contains($0) }
  }
}
