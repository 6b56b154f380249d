import Results

/// What a report shows beside the results.
package struct ReportContent: Sendable {
  /// The resolved manifest, as it is.
  package var manifest: String
  /// Pairs of name and value, shown in this order.
  package var provenance: [(String, String)]
  /// A paragraph for a section on methods; empty for none.
  package var methods: String
  package var citations: [Citation]

  package init(
    manifest: String, provenance: [(String, String)], methods: String = "", citations: [Citation] = [.program]
  ) {
    self.manifest = manifest
    self.provenance = provenance
    self.methods = methods
    self.citations = citations
  }
}
