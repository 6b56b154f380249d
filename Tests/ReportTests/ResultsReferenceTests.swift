import Foundation
import TestSupport
import Testing

@testable import Report
@testable import Results

private let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../docs").standardized

/// The documentation of the results' files is made from what writes them.
@Suite struct ResultsReferenceTests {
  @Test func pageAndSchemaAreCurrent() throws {
    let page = try String(contentsOf: docs.appendingPathComponent("results.md"), encoding: .utf8)
    #expect(try ResultsReference.updated(page) == page, "scripts/manifest-reference writes it")
    let schema = try Data(contentsOf: docs.appendingPathComponent("summary.schema.json"))
    #expect(try SummarySchema.json() == schema, "scripts/manifest-reference writes it")
  }

  @Test(arguments: ["no block", "<!-- generated: csv -->", "<!-- generated: nothing -->\n<!-- end -->"])
  func pagesWithoutTheirBlocksAreRefused(_ page: String) {
    #expect(throws: (any Error).self) { try ResultsReference.updated(page) }
  }

  /// Every file that is written has a description, with the columns that it has.
  @Test func everyTableIsDescribed() throws {
    let axes = ["mass-scale"]
    let tables = StudyTables(Sample.summary(sets: 2), Sample.curves(sets: 2)).texts
    #expect(tables.count >= 6)
    for (name, text) in tables {
      let described = try #require(ResultsReference.tables.first { $0.name == name }, "\(name)")
      let header = text.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
      #expect(header == (described.hasAxes ? axes : []) + described.columns.map(\.name), "\(name)")
    }
  }

  /// A column whose unit is said has it in its name.
  @Test func unitsAreInNames() {
    let columns = ResultsReference.tables.flatMap(\.columns) + ResultsFileTable.groups.flatMap(\.columns)
    let units: Set = [
      "", "1", "K", "ps", "cm²/s", "mS/cm", "eV", "eV²", "Å", "Å²", "1/Å", "e", "°", "1/°", "THz", "1/THz",
    ]
    for column in columns {
      #expect(units.contains(column.unit), "\(column.name): \(column.unit)")
      #expect(!column.meaning.isEmpty)
      #expect(column.name.hasSuffix(unitSuffix(column.unit)))
    }
    #expect(unitSuffix("cm²/s") == "_cm2_per_s" && unitSuffix("1/THz") == "_per_THz" && unitSuffix("1") == "")
    #expect(hdf5Unit("cm²/s") == "cm2 s-1" && hdf5Unit("1/ps") == "ps-1" && hdf5Unit("Å²") == "Angstrom2")
  }

  /// Diffusivities are in one unit under the new names; the old ones stay for one version.
  @Test func oldKeysStayBesideTheNew() throws {
    let data = try JSONEncoder().encode(Sample.summary())
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["schema_version"] as? Int == SummarySchema.version)
    let set = try #require((object["sets"] as? [[String: Any]])?.first)
    let t = try #require((set["temperatures"] as? [[String: Any]])?.first)
    for (new, old) in [
      ("diffusivity_cm2_per_s", "diffusivity_A2_per_ps"),
      ("diffusivity_error_cm2_per_s", "diffusivity_error"),
    ] {
      let values = try (#require(t[new] as? Double), #require(t[old] as? Double))
      #expect(abs(values.0 / values.1 - 1e-4) < 1e-12, "\(new)")
    }
    #expect(t["conductivity_error_mS_per_cm"] as? Double == t["conductivity_error"] as? Double)
    let known = Set(SummarySchema.temperature.keys.map(\.name))
    #expect(Set(t.keys) == known)
    #expect(Set(set.keys) == Set(SummarySchema.set.keys.map(\.name)))
  }
}
