import Crystal
import Foundation
import Model
import Runner
import StudyStore
import Testing

@testable import Manifest
@testable import Support

private func manifest(_ structure: String, _ potential: String) -> String {
  """
  study: trust
  system: {structure: \(structure)}
  potential: \(potential)
  stages: {sample: 1 ps}
  sweep: {temperature: [500 K]}
  analysis: {mobile: Na}
  """
}

private func verdict(_ ions: [String], _ text: String = "paddlewheel-ff") throws -> PotentialVerdict? {
  try plan(manifest("na2b12h12-bcc", text)).manifest.simulation.potential.verdict(ions: ions)
}

@Test(arguments: [
  (["Na", "B12H12"], PotentialTrust.trusted), (["B12H12", "Cs"], .trusted), (["Li", "B12H12"], .withCare),
  (["Na", "O", "BH4"], .withCare), (["K", "BH4"], .notUsable), (["Li", "BH4"], .notUsable),
])
func theBuiltInPotentialSaysWhatItIsGoodFor(_ ions: [String], _ trust: PotentialTrust) throws {
  let verdict = try #require(try verdict(ions))
  #expect(verdict.trust == trust)
  #expect(verdict.ions == ions.sorted())
  #expect(verdict.heldOut?.cation_force != nil)
}

@Test func aSaltWithoutReferenceDataIsSaid() throws {
  let verdict = try #require(try verdict(["Na", "K", "B12H12"]))
  #expect(verdict.trust == nil && verdict.effective == .withCare)
  #expect(verdict.description.contains("none of its reference data are of this salt"))
}

/// Every salt of the table is made of ions that the potential has.
@Test func theTableOfSaltsNamesKnownIons() throws {
  let file = try ForceFieldFile.load("paddlewheel-ff")
  let known = Set(
    file.molecules.values.map { molecule in
      MoleculeKind(elements: molecule.elements.flatMap { Array(repeating: $0.key, count: $0.value) }).name
    })
  for salt in try #require(file.salts) {
    for ion in salt.ions { #expect(known.contains(ion), "\(salt.ions)") }
    if let error = salt.held_out?.cation_force { #expect((0...2).contains(error)) }
  }
}

/// Potassium borohydride in its cubic cell.
private let potassiumBorohydride = """
  KBH4
  1.0
  6.72 0 0
  0 6.72 0
  0 0 6.72
  K B H
  4 4 16
  Direct
  0 0 0
  0 .5 .5
  .5 0 .5
  .5 .5 0
  .5 .5 .5
  .5 0 0
  0 .5 0
  0 0 .5

  """

private func withBorohydride(_ body: (String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    var text = potassiumBorohydride
    for centre in [(0.5, 0.5, 0.5), (0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5)] {
      for sign in [(1.0, 1.0, 1.0), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)] {
        let d = 0.105
        text += "\(centre.0 + d * sign.0) \(centre.1 + d * sign.1) \(centre.2 + d * sign.2)\n"
      }
    }
    try write(text, to: "\(folder)/kbh4.vasp")
    try body(folder)
  }
}

@Test func notUsableNeedsAWord() throws {
  try withBorohydride { folder in
    func table(_ potential: String) throws -> PlanTable {
      let text = manifest("\(folder)/kbh4.vasp", potential).replacing("Na}", with: "K}")
        .replacing("kbh4.vasp}", with: "kbh4.vasp, supercell: [3, 3, 3]}")
      return try PlanTable(plan(text), estimate: systemEstimate, pace: { _, _ in 1 })
    }
    let text = try table("paddlewheel-ff").refusal?.error.description ?? ""
    #expect(
      text.contains("not usable") && text.contains("{name: paddlewheel-ff, accept: not-usable}"), "\(text)")
    let accepted = try table("{name: paddlewheel-ff, accept: not-usable}")
    #expect(accepted.potentials.map(\.trust) == [.notUsable] && accepted.refusal == nil)
  }
}

@Test func onlyTrustedCanBeWanted() throws {
  func table(_ structure: String) throws -> PlanTable {
    let text = manifest(structure, "{name: paddlewheel-ff, accept: trusted}")
      .replacing("}\npotential", with: ", supercell: [3, 3, 3]}\npotential")
    return try PlanTable(plan(text), estimate: systemEstimate, pace: { _, _ in 1 })
  }
  let trusted = try table("na2b12h12-bcc")
  #expect(trusted.potentials.map(\.trust) == [.trusted] && trusted.refusal == nil)
  #expect(try table("na3obh4-family").refusal?.error.key == "potential")
}

@Test func acceptingLessIsTheSameStudy() throws {
  let one = try plan(manifest("na2b12h12-bcc", "paddlewheel-ff"))
  let other = try plan(manifest("na2b12h12-bcc", "{name: paddlewheel-ff, accept: not-usable}"))
  #expect(try one.yamlOfContents() == other.yamlOfContents())
  #expect(other.resolvedYAML.contains("accept: not-usable"))
  #expect(!one.resolvedYAML.contains("accept"))
}

private let description = """
  model: small 2
  base: paddlewheel-ff
  elements: [B, H, Na]
  training: 20 cells of 52 atoms
  salts:
    - {ions: [B12H12, Na], trust: trusted, held_out: {configurations: 4, force: 0.08}}
    - {ions: [K, BH4], trust: not-usable, note: untried}
  """

@Test func aModelsDescriptionIsFoundBesideIt() throws {
  try withTemporaryFolder { folder in
    try write("nep", to: "\(folder)/model.txt")
    let text = manifest("na2b12h12-bcc", "{nep: \(folder)/model.txt}")
    #expect(try plan(text).manifest.simulation.potential.description == nil)
    try write(description, to: "\(folder)/potential.yaml")
    let found = try plan(text)
    #expect(found.files.map(\.name) == ["inputs/potential-1/model.txt", "inputs/potential-1/potential.yaml"])
    let verdict = try #require(try found.manifest.simulation.potential.verdict(ions: ["Na", "B12H12"]))
    #expect(verdict.potential == "small 2" && verdict.trust == .trusted && verdict.heldOut?.force == 0.08)
    let without = try plan(text.replacing("model.txt}", with: "model.txt, description: none}"))
    #expect(try without.manifest.simulation.potential.verdict(ions: ["Na"]) == nil)
  }
}

@Test(arguments: [
  ("trust: trusted", "trust: good", "salts[0].trust", 6), ("model: small 2", "mode: small 2", "mode", 1),
  ("force: 0.08", "force: -1", "salts[0].held_out.force", 6), ("ions: [K, BH4], ", "", "salts[1].ions", 7),
])
func aBadDescriptionIsRefusedWithItsLine(_ old: String, _ new: String, _ key: String, _ line: Int) throws {
  try withTemporaryFolder { folder in
    let path = "\(folder)/potential.yaml"
    try write(description.replacing(old, with: new), to: path)
    let error = #expect(throws: InputError.self) { try PotentialDescription(contentsOf: path) }
    #expect(error?.key == key)
    #expect(error?.place == SourcePlace(file: path, line: line, column: error?.place?.column))
  }
}

/// Each model of a sweep has its own description, also when the study is opened again elsewhere.
@Test func modelsOfASweepKeepTheirDescriptions() throws {
  try withTemporaryFolder { folder in
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      try write("nep \(name)", to: "\(folder)/\(name)/model.txt")
      try write(description.replacing("small 2", with: name), to: "\(folder)/\(name)/potential.yaml")
    }
    let text = manifest("na2b12h12-bcc", "{nep: \(folder)/a/model.txt}")
      .replacing("sweep: {", with: "sweep: {potential.nep: [\(folder)/a/model.txt, \(folder)/b/model.txt], ")
    _ = try StudyDirectory(creating: "\(folder)/study", plan: try plan(text))
    try FileManager.default.moveItem(atPath: "\(folder)/study", toPath: "\(folder)/moved")
    let verdicts = try StudyDirectory(opening: "\(folder)/moved").runs.map {
      try $0.manifest.simulation.potential.verdict(ions: ["Na", "B12H12"])?.potential
    }
    #expect(verdicts == ["a", "b"])
  }
}
