import Foundation
import Testing

@testable import Manifest

private let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../docs/manifest.md").standardized

/// The tables of the page match the program; `scripts/manifest-reference` writes them.
@Test func referencePageIsCurrent() throws {
  let text = try String(contentsOf: page, encoding: .utf8)
  #expect(try ManifestReference.updated(text) == text)
  for key in ManifestTable.keys where !key.children.isEmpty {
    #expect(text.contains("<!-- generated: keys of \(key.name) -->"), "\(key.name)")
  }
}

/// Every key has a meaning and a value in the reference.
@Test func everyKeyIsDescribed() throws {
  func check(_ keys: [ManifestKey], _ parent: String) throws {
    for key in keys {
      #expect(!key.description.isEmpty && !key.values.isEmpty, "\(parent)\(key.name)")
      #expect(try !key.defaultText().isEmpty, "\(parent)\(key.name)")
      try check(key.children, "\(parent)\(key.name).")
    }
  }
  try check(ManifestTable.keys, "")
}

@Test func axesAndHarmlessChangesFollowTheTable() {
  #expect(ManifestTable.isAxis("dynamics.mass-scale.B12H12") && ManifestTable.isAxis("potential"))
  #expect(!ManifestTable.isAxis("dynamics.temperature") && !ManifestTable.isAxis("analysis.charge"))
  #expect(!ManifestTable.isAxis("seed") && !ManifestTable.isAxis("unknown"))
  #expect(ManifestTable.affectsOnlyAnalysis("analysis.fit.from"))
  #expect(ManifestTable.affectsOnlyAnalysis("resources.ranks"))
  #expect(!ManifestTable.affectsOnlyAnalysis("analysis.mobile"))
  #expect(!ManifestTable.affectsOnlyAnalysis("stages.sample"))
}

@Test(arguments: ["text", "<!-- generated: keys -->", "<!-- generated: keys of nothing -->\n<!-- end -->"])
func pageWithoutBlocksIsRefused(_ text: String) {
  #expect(throws: (any Error).self) { try ManifestReference.updated(text) }
}
