/// One key of the manifest, as the table of keys describes it.
package struct ManifestKey: Sendable {
  /// The last part of its path.
  package let name: String
  /// For the reference page, in Markdown.
  package let description: String
  /// The dimension with its units, or the allowed values; for the reference page.
  package let values: String
  /// The keys of the mapping that stands under this key.
  package var children: [ManifestKey]
  /// Whether a sweep may vary it; nil: as the key above.
  package var isAxis: Bool?
  /// Whether a change of it leaves alone what the runs compute and record; nil: as the key above.
  package var affectsOnlyAnalysis: Bool?
  /// The default as the manifest would write it.
  package var defaultText: @Sendable () throws -> String

  package init(
    _ name: String, _ description: String, values: String, children: [ManifestKey] = [],
    default defaultText: String = "none"
  ) {
    self.name = name
    self.description = description
    self.values = values
    self.children = children
    self.defaultText = { defaultText }
  }
}
