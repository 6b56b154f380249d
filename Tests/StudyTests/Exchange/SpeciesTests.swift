import Analysis
import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Exchange
@testable import Manifest
@testable import Mathematics
@testable import Results
@testable import StudyStore
@testable import Trajectory

/// Any ion may diffuse, alone or beside others: its D, its charge, and what it is measured against.
@Suite struct SpeciesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private typealias Kind = SyntheticSalt.Kind

  private func study(
    _ salt: SyntheticSalt, mobile: String, charge: String? = nil, as name: String = "s"
  ) throws -> StudyDirectory {
    try importing(
      [try folder.file("\(name).dump", salt.dump(.unwrapped))], into: name, folder, mobile: mobile
    ) { $0.charge = charge }.study
  }

  /// Two species of D = 0.3 and 0.06 Å²/ps among chlorides: each with its own D and σ, in sets that name it.
  @Test func twoSpeciesHaveResultsOfTheirOwn() throws {
    let salt = SyntheticSalt.walking(
      [
        Kind(element: "Li", count: 8, diffusivity_A2_per_ps: 0.3),
        Kind(element: "Mg", count: 8, diffusivity_A2_per_ps: 0.06), Kind(element: "Cl", count: 11),
      ], seed: 31)
    let study = try study(salt, mobile: "Li,Mg")
    #expect(study.manifest.analysis.mobile == ["Li", "Mg"])
    let sets = try sets(of: study)
    #expect(sets.map { $0.point } == [["analysis.mobile": "Li"], ["analysis.mobile": "Mg"]])
    #expect(sets.map(\.mobile) == ["Li", "Mg"] && sets.map(\.charge_e) == [1, 2])
    for (set, D) in zip(sets, [0.3, 0.06]) { try expectDiffusivity(D, set, set.mobile ?? "") }
    try expectConductivity(1, ions: 8, volume_A3: 1728, sets[0])
    try expectConductivity(2, ions: 8, volume_A3: 1728, sets[1])
    #expect(try codes(sets[1]).contains("charge_from_table") && !codes(sets[0]).contains("charge_from_table"))
    // Neither has the curves of the other.
    for set in sets {
      let other = set.mobile == "Li" ? "Mg" : "Li"
      #expect(!set.temperatures[0].observables.contains { $0.series.contains(other) })
      #expect(set.temperatures[0].observables.contains { $0.name == "collective-diffusivity" })
    }

    // An export holds both, and comes back as it was.
    let file = folder.file("two.h5")
    _ = try export(study: study, index: 0, ExportRequest(format: .h5md, output: file))
    let again = try importing([file], into: "again", folder, mobile: "Li,Mg") { $0 = .init() }.study
    for (a, b) in zip(sets, try StudyTests.sets(of: again)) {
      let (x, y) = (
        a.temperatures[0].diffusivity_A2_per_ps ?? 0, b.temperatures[0].diffusivity_A2_per_ps ?? 1
      )
      #expect(abs(x - y) <= 1e-6 * x && a.mobile == b.mobile)
    }
    // One of them alone is read from the same file, with the summary that one species always had.
    let alone = try importing([file], into: "alone", folder, mobile: "Mg") { $0.timestep = nil }.study
    let only = try #require(try StudyTests.sets(of: alone).first)
    #expect(only.point.isEmpty && only.mobile == "Mg")
    try expectDiffusivity(0.06, only, "Mg alone")
  }

  /// Fluoride in CaF2: its charge is −1, and the calcium, which does not diffuse, takes the drift out.
  @Test func anionsDiffuse() throws {
    let salt = SyntheticSalt.walking(
      [Kind(element: "Ca", count: 9), Kind(element: "F", count: 18, diffusivity_A2_per_ps: 0.2)], seed: 32)
    let study = try study(salt, mobile: "F")
    let set = try #require(try sets(of: study).first)
    try expectDiffusivity(0.2, set, "F")
    try expectConductivity(-1, ions: 18, volume_A3: 1728, set)
    #expect(set.charge_e == -1 && set.chargeSource == .usual)
    let found = try codes(set)
    #expect(found.isSuperset(of: ["charge_from_table", "framework_without_anions"]), "\(found)")
    #expect(found.isDisjoint(with: ["drift_of_all", "no_drift_reference", "framework_moves"]), "\(found)")
    #expect(
      try RunRecord(directory: study.runPath(0)).plan.groups.map(\.name) == ["all", "mobile", "others"])
  }

  /// A cluster anion as a whole, by its centre of mass, while it turns.
  @Test func moleculesDiffuse() throws {
    let salt = SyntheticSalt.walking(
      [
        Kind(element: "Na", count: 8),
        Kind(element: "B", count: 8, diffusivity_A2_per_ps: 0.1, isTetrahedron: true),
      ], seed: 33)
    let set = try #require(try sets(of: study(salt, mobile: "BH4")).first)
    try expectDiffusivity(0.1, set, "BH4")
    try expectConductivity(-1, ions: 8, volume_A3: 1728, set)
    #expect(set.temperatures[0].mobileIons == 8)
  }

  /// Silver and zinc have no other usual charge than the table's, and the results say that it is from there; a charge that is
  /// given is taken, and one that is not usual is told.
  @Test(arguments: [("Ag", "I", 1.0), ("Zn", "S", 2.0), ("Cu", "Br", 1.0), ("Mg", "Cl", 2.0)])
  func chargesAreTold(_ cation: String, _ anion: String, _ charge: Double) throws {
    let salt = SyntheticSalt.walking(
      [Kind(element: cation, count: 8, diffusivity_A2_per_ps: 0.2), Kind(element: anion, count: 8)],
      frames: 120, seed: 34)
    let study = try study(salt, mobile: cation)
    let guessed = try #require(try sets(of: study).first)
    #expect(guessed.charge_e == charge && guessed.chargeSource == .usual)
    #expect(try codes(guessed).contains("charge_from_table"))
    try expectConductivity(charge, ions: 8, volume_A3: 1728, guessed)
    guard cation == "Zn" else { return }
    let given = try #require(try sets(of: self.study(salt, mobile: cation, charge: "2", as: "given")).first)
    #expect(given.chargeSource == .given)
    #expect(try codes(given).isDisjoint(with: ["charge_from_table", "unusual_charge"]))
    let other = try #require(try sets(of: self.study(salt, mobile: cation, charge: "-3", as: "other")).first)
    try expectConductivity(-3, ions: 8, volume_A3: 1728, other)
    #expect(try codes(other).contains("unusual_charge"))
  }

  /// Iron has several charges: D without σ, and the reason, until the charge is given.
  @Test func anUnknownChargeGivesNoConductivity() throws {
    let salt = SyntheticSalt.walking(
      [Kind(element: "Fe", count: 8, diffusivity_A2_per_ps: 0.2), Kind(element: "S", count: 8)],
      frames: 200, seed: 35)
    let unknown = try #require(try sets(of: study(salt, mobile: "Fe", as: "unknown")).first)
    try expectDiffusivity(0.2, unknown, "Fe")
    #expect(unknown.temperatures[0].conductivity_mS_per_cm == nil && unknown.charge_e == nil)
    #expect(try codes(unknown).contains("no_charge"))
    let known = try #require(try sets(of: study(salt, mobile: "Fe", charge: "2", as: "known")).first)
    try expectConductivity(2, ions: 8, volume_A3: 1728, known)
  }

  /// An alloy has no anions: what is measured against is all atoms, and the result says so.
  @Test(arguments: ["Al", "Si", "Mg"]) func alloysFallBackToAllAtoms(_ host: String) throws {
    let salt = SyntheticSalt.walking(
      [Kind(element: "Li", count: 8, diffusivity_A2_per_ps: 0.2), Kind(element: host, count: 19)], seed: 36)
    let set = try #require(try sets(of: study(salt, mobile: "Li")).first)
    // Eight light ions hardly move the centre of mass.
    try expectDiffusivity(0.2, set, "Li")
    let found = try codes(set)
    // Silicon is no metal: it is what the others are measured against.
    #expect(found.contains("drift_of_all") == (host != "Si"), "\(host): \(found)")
  }

  /// Without anything at rest the simulation's own frame is used: against their own centre the ions as a whole would not move.
  @Test(arguments: ["Na", "Na,Cl"]) func everythingDiffuses(_ mobile: String) throws {
    var kinds = [Kind(element: "Na", count: 12, diffusivity_A2_per_ps: 0.2)]
    if mobile == "Na,Cl" { kinds.append(Kind(element: "Cl", count: 12, diffusivity_A2_per_ps: 0.1)) }
    let salt = SyntheticSalt.walking(kinds, seed: 37, drift_A: .zero)
    for (set, D) in zip(try sets(of: study(salt, mobile: mobile)), [0.2, 0.1]) {
      try expectDiffusivity(D, set, set.mobile ?? "")
      #expect(try codes(set).isSuperset(of: ["no_drift_reference", "no_framework"]))
      let collective = set.temperatures[0].observables.first { $0.name == "collective-diffusivity" }
      #expect(collective?.value ?? 0 > 1e-7, "\(String(describing: collective))")
    }
  }

  @Test func protonsLeaveTheirMolecules() throws {
    // The first frame has H bound to O; later it is anywhere.
    var salt = SyntheticSalt.walking(
      [Kind(element: "O", count: 12), Kind(element: "H", count: 12, diffusivity_A2_per_ps: 0.2)], seed: 38)
    let shift = (0..<12).map { salt.frames[0][$0] + Vector3(0.97, 0, 0) - salt.frames[0][12 + $0] }
    salt = SyntheticSalt(
      elements: salt.elements, cells: salt.cells,
      frames: salt.frames.map { frame in
        frame.enumerated().map { $0 < 12 ? $1 : $1 + shift[$0 - 12] }
      })
    let file = try folder.file("w.dump", salt.dump(.wrapped))
    let study = try importing([file], into: "s", folder, mobile: "H").study
    let set = try #require(try sets(of: study).first)
    try expectDiffusivity(0.2, set, "H")
    #expect(set.charge_e == 1 && set.temperatures[0].mobileIons == 12)
  }

  /// A reference that the record does not have is an error, not another one.
  @Test func aDriftThatCannotBeHonouredIsRefused() throws {
    let salt = SyntheticSalt.walking(
      [Kind(element: "Ca", count: 8), Kind(element: "F", count: 8, diffusivity_A2_per_ps: 0.2)], frames: 60,
      seed: 39)
    let study = try study(salt, mobile: "F")
    let path = study.path + "/study.yaml"
    let yaml = try String(contentsOfFile: path, encoding: .utf8)
    for (drift, fragments) in [
      ("F", ["analysis.drift", "'F'", "Ca"]), ("B12H12", ["'B12H12'", "Ca"]), ("Ca", ["no error"]),
      ("none", ["no error"]), ("all", ["no error"]),
    ] {
      try yaml.replacing("analysis:\n", with: "analysis:\n  drift: \(drift)\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      let text = try refusal {
        _ = try aggregate(study: StudyDirectory(opening: study.path), ranks: AggregationRanks())
      }
      for fragment in fragments { #expect(text.contains(fragment), "\(drift): \(text)") }
    }
  }

  @Test func optionsThatMakeNoSenseAreRefused() throws {
    let file = try folder.file(
      "a.dump",
      SyntheticSalt.walking(
        [Kind(element: "Na", count: 4), Kind(element: "Cl", count: 4)], frames: 3, seed: 40
      )
      .dump(.wrapped))
    for (mobile, charge, fragments) in [
      ("sodium", nil, ["--mobile", "'sodium'"]), ("Na,Na", nil, ["--mobile"]), ("", nil, ["--mobile"]),
      ("Xx", nil, ["--mobile", "'Xx'"]), ("Li", nil, ["--mobile", "'Li'", "Cl, Na"]),
      ("Na", "0", ["--charge", "other than 0"]), ("Na", "two", ["--charge", "'two'"]),
      ("Na,Cl", "1", ["--charge", "Na=1,Cl=1"]), ("Na", "Li=1", ["--charge", "'Li=1'"]),
      ("Na,Cl", "Na=1,Na=2", ["--charge"]), ("Na", "1e300", ["--charge", "up to 20"]),
    ] as [(String, String?, [String])] {
      let text = try refusal {
        _ = try importing([file], into: "s-\(UInt64.random(in: 0...9_999_999))", folder, mobile: mobile) {
          $0.charge = charge
        }
      }
      for fragment in fragments { #expect(text.contains(fragment), "\(mobile) \(charge ?? ""): \(text)") }
    }
  }
}
