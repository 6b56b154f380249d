import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Exchange
@testable import Manifest
@testable import Mathematics
@testable import StudyStore

/// What an import makes of the charges of a file, and of neighbours that no rule bonds.
@Suite struct FileChargeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A salt as extXYZ with a column of charges.
  private func charged(_ salt: TurningSalt, _ column: String = "charge", _ charge: (String) -> Double)
    -> String
  {
    salt.extXYZ().replacing("pos:R:3", with: "pos:R:3:\(column):R:1").split(separator: "\n").map {
      line -> String in
      let symbol = String(line.prefix { !$0.isWhitespace })
      return salt.elements.contains(symbol) ? "\(line) \(charge(symbol))\n" : "\(line)\n"
    }.joined()
  }

  private func imported(
    _ text: String, mobile: String, _ change: (inout ImportRequest.Options) -> Void = { _ in }
  ) throws -> ImportResult {
    let name = "s\(UInt64.random(in: 0...UInt64.max))"
    return try importing([try folder.file("\(name).extxyz", text)], into: name, folder, mobile: mobile) {
      $0.timestep = nil
      change(&$0)
    }
  }

  private let iron = TurningSalt(mobile: "Fe", ions: [("S", Vector3())], frames: 5, seed: 1)

  @Test(arguments: ["charge", "charges", "initial_charges"]) func wholeChargesAreUsed(_ column: String) throws
  {
    let text = charged(iron, column) { $0 == "Fe" ? 1.98 : -2 }
    let result = try imported(text, mobile: "Fe")
    #expect(result.study.manifest.analysis.charge == .one(2))
    #expect(result.warnings.count == 1, "\(result.warnings)")
    #expect(
      result.warnings[0].contains("the charge of Fe is taken from the file, +2 e"), "\(result.warnings)")
  }

  @Test func partialChargesAreNot() throws {
    let result = try imported(charged(iron) { $0 == "Fe" ? 1.2 : -1.2 }, mobile: "Fe")
    #expect(result.study.manifest.analysis.charge == nil)
    #expect(
      result.warnings.count == 1 && result.warnings[0].contains("(Fe 1.2 e) and are not used"),
      "\(result.warnings)")
    // Zero everywhere says nothing.
    let none = try imported(charged(iron) { _ in 0 }, mobile: "Fe")
    #expect(none.study.manifest.analysis.charge == nil && none.warnings.isEmpty, "\(none.warnings)")
  }

  @Test func whatTheUserSaysWins() throws {
    let text = charged(iron) { $0 == "Fe" ? 2 : -2 }
    let asked = try imported(text, mobile: "Fe") { $0.charge = "3" }
    #expect(asked.study.manifest.analysis.charge == .one(3))
    #expect(
      asked.warnings.count == 1
        && asked.warnings[0].contains(
          "the charge of Fe is +2 e by the file; --charge makes it +3 e, which is used"),
      "\(asked.warnings)")
    let same = try imported(text, mobile: "Fe") { $0.charge = "2" }
    #expect(same.warnings.isEmpty, "\(same.warnings)")
    let declared = try imported(text, mobile: "Fe") { $0.ions = ["Fe=3"] }
    #expect(declared.study.manifest.analysis.charge == nil)
    #expect(declared.warnings.contains { $0.contains("--ion makes it +3 e") }, "\(declared.warnings)")
  }

  @Test func runsThatDisagreeAreRefused() throws {
    let two = try folder.file("two.extxyz", charged(iron) { $0 == "Fe" ? 2 : -2 })
    let three = try folder.file("three.extxyz", charged(iron) { $0 == "Fe" ? 3 : -3 })
    func message(_ charge: String?, _ name: String) throws -> String {
      try refusal {
        _ = try importing([two, three], into: name, folder, mobile: "Fe") {
          $0.timestep = nil
          $0.charge = charge
        }
      }
    }
    let said = try message(nil, "a")
    #expect(said.contains("--charge") && said.contains("3.0 for Fe, and 2.0 before"), "\(said)")
    #expect(try message("2", "b") == "no error")
  }

  @Test(arguments: [
    ("W", "S", 2.18, "W-S=2.6", "WS4"), ("Mo", "O", 1.76, "Mo-O=2.1", "MoO4"),
    ("Sb", "Cl", 2.35, "Sb-Cl=2.8", "SbCl4"),
  ])
  func clustersWithoutARuleAreSaid(
    _ centre: String, _ ligand: String, _ length_A: Double, _ bond: String, _ name: String
  ) throws {
    let salt = TurningSalt(
      mobile: "Na", ions: TurningSalt.tetrahedron(centre, ligand, length_A), frames: 3, seed: 4)
    let result = try imported(salt.extXYZ(), mobile: "Na")
    let said = try #require(result.warnings.first)
    #expect(
      result.warnings.count == 1 && said.contains("no rule bonds them: --bond \(bond) joins them to \(name)"),
      "\(said)")
    let joined = try imported(salt.extXYZ(), mobile: "Na") { $0.bonds = [bond] }
    #expect(joined.warnings.isEmpty, "\(joined.warnings)")
    #expect(joined.runs[0].contains("8 \(name)"), "\(joined.runs)")
    let left = try imported(salt.extXYZ(), mobile: "Na") { $0.bonds = ["\(centre)-\(ligand)=none"] }
    #expect(left.warnings.isEmpty, "\(left.warnings)")
  }

  /// Ionic surroundings, and octahedra of a metal in a crystal.
  @Test(arguments: [("Ca", "F", 2.36), ("Zr", "O", 2.10), ("Y", "Cl", 2.63)])
  func contactsOfMetalsAreNot(_ metal: String, _ anion: String, _ length_A: Double) throws {
    let corners: [Vector3] = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
    let salt = TurningSalt(
      mobile: "Li", ions: [(metal, Vector3())] + corners.map { (anion, $0 * length_A) }, frames: 3, seed: 4)
    let result = try imported(salt.extXYZ(), mobile: "Li")
    #expect(result.warnings.isEmpty, "\(result.warnings)")
  }
}
