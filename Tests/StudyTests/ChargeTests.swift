import Foundation
import Support
import Testing

@testable import Manifest

/// What a manifest says of the diffusing ions and their charges.
struct ChargeTests {
  private func analysis(_ text: String) throws -> Manifest {
    try plan(plainExample + "\nanalysis: \(text)").manifest
  }

  @Test func oneOrSeveralIons() throws {
    #expect(try analysis("{mobile: Na}").analysis.mobile == ["Na"])
    #expect(try analysis("{mobile: B12H12}").analysis.mobile == ["B12H12"])
    #expect(try analysis("{mobile: [Li, Na]}").analysis.mobile == ["Li", "Na"])
    #expect(try analysis("{}").analysis.mobile.isEmpty)
    // As they were written.
    for text in ["mobile: Na", "mobile: [Li, Na]", "charge: 2", "charge: {Li: 1, Mg: 2}"] {
      let mobile = text.hasPrefix("charge: {") ? "mobile: [Li, Mg], " : ""
      let yaml = try plan(plainExample + "\nanalysis: {\(mobile)\(text)}").resolvedYAML
      #expect(yaml.contains(text), "\(yaml)")
      #expect(try plan(yaml).resolvedYAML == yaml)
    }
    for (text, fragment) in [
      ("{mobile: [Na, Na]}", "each ion once"), ("{mobile: []}", "1 to 20"),
      ("{mobile: {Na: 1}}", "element symbol"),
      ("{mobile: na}", "element symbol"), ("{mobile: [Li, Na], charge: 1}", "{Li: 1, Na: 1}"),
      ("{mobile: Na, charge: {Li: 1}}", "not mobile"), ("{charge: {}}", "each mobile ion"),
      ("{charge: {Na: 0}}", "other than 0"), ("{charge: {Na: one}}", "charge"),
    ] {
      let error = #expect(throws: InputError.self, "\(text)") { try analysis(text) }
      #expect(error?.description.contains(fragment) == true, "\(text): \(error?.description ?? "")")
      #expect(error?.place?.line != nil && error?.key?.hasPrefix("analysis.") == true)
    }
  }

  /// The user's word, then the table; nothing where several charges are common.
  @Test func theFirstThatIsKnownCounts() throws {
    let plain = try analysis("{mobile: [Na, Mg, Fe, F]}")
    #expect(try plain.charge(of: "Mg") == IonCharge(value_e: 2, source: .usual))
    #expect(try plain.charge(of: "Mg")?.isGuess(of: "Mg") == true)
    #expect(try plain.charge(of: "Na")?.isGuess(of: "Na") == false)
    #expect(try plain.charge(of: "F")?.value_e == -1 && plain.charge(of: "Fe") == nil)
    let given = try analysis("{mobile: [Mg, Fe], charge: {Fe: 3}}")
    #expect(try given.charge(of: "Fe") == IonCharge(value_e: 3, source: .given))
    #expect(try given.charge(of: "Mg")?.source == .usual)
    // Manifests that older versions resolved say 1.
    #expect(try analysis("{mobile: Na, charge: 1}").charge(of: "Na") == IonCharge(value_e: 1, source: .given))
  }

  /// Two places that contradict each other are named with both values.
  @Test func contradictionsAreErrors() throws {
    func check(_ analysis: String, _ declared: [String: Double]) throws {
      let yaml = "system:\n  structure: x.cif\n  ions:\n    Mg: 2\nanalysis:\n\(analysis)"
      let document = try ManifestDocument(yaml: yaml, file: "a.yaml")
      var specification = AnalysisSpecification()
      let value = try document.root.openMapping(wanted: "keys")["analysis"]
      specification = try AnalysisSpecification.schema.decode(try #require(value))
      try specification.checkCharges(against: declared, declaredIn: "system.ions", document)
    }
    try check("  {mobile: Mg, charge: 2}", ["Mg": 2])
    try check("  {mobile: Li, charge: 1}", ["Mg": 2])
    try check("  {mobile: Mg}", ["Mg": 2])
    for text in ["  {mobile: Mg, charge: 1}", "  {mobile: [Li, Mg], charge: {Mg: 1}}"] {
      let error = #expect(throws: InputError.self) { try check(text, ["Mg": 2]) }
      #expect(error?.place?.line == 6 && error?.key == "analysis.charge")
      for part in ["+1 for Mg", "system.ions", "(line 4)", "+2"] {
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
      }
    }
  }

  @Test func aReferenceStandsInOnlyWhereThereIsNone() {
    func reference(
      _ drift: AnalysisSpecification.Drift, _ framework: Bool, _ others: Bool, _ anions: Bool
    ) -> DriftReference {
      DriftReference(drift, hasFramework: framework, hasOthers: others, hasMobileAnions: anions)
    }
    #expect(reference(.framework, true, true, false).ions == .framework)
    #expect(reference(.framework, false, true, true).ions == .others)
    let alloy = reference(.framework, false, true, false)
    #expect(alloy.ions == .all && alloy.fallsBack)
    let alone = reference(.framework, false, false, false)
    #expect(alone.ions == .none && alone.fallsBack)
    #expect(reference(.all, false, false, false) == reference(.all, true, true, true))
    #expect(!reference(.none, false, false, false).fallsBack)
  }
}
