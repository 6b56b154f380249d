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

/// The ions of imported trajectories: found, declared, told by the file, or named as mobile.
@Suite struct IonImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func imported(
    _ text: String, as name: String, mobile: String,
    _ change: (inout ImportRequest.Options) -> Void = { _ in }
  ) throws -> (study: StudyDirectory, result: ImportResult) {
    let result = try importing([try folder.file("\(name).extxyz", text)], into: name, folder, mobile: mobile)
    {
      $0.timestep = nil
      change(&$0)
    }
    return (result.study, result)
  }

  /// The ions by the record: anions and single atoms.
  private func system(of study: StudyDirectory) throws -> String {
    study.systemText(try #require(study.ionCounts(ofRun: 0)), ofRun: 0)
  }

  /// Salts with known diffusivity and rotation: the right ions, D within its interval, and C2(t) of the cluster
  /// against its exact decay.
  @Test(arguments: [
    ("Na", "PS4", [String](), "8 Na, 8 PS4"), ("Na", "SbS4", [], "8 Na, 8 SbS4"),
    ("Li", "PS4", ["S", "Cl"], "8 Li, 1 Cl, 8 PS4, 1 S"), ("Li", "CB11H12", [], "8 Li, 8 CB11H12"),
    ("Li", "SO4", [], "8 Li, 8 SO4"), ("K", "NH4", ["F"], "8 K, 8 NH4, 1 F"),
  ])
  func clustersTurnAndIonsWalk(_ mobile: String, _ cluster: String, _ others: [String], _ ions: String) throws
  {
    let lengths: [String: (String, String, Double)] = [
      "PS4": ("P", "S", 2.05), "SbS4": ("Sb", "S", 2.33), "SO4": ("S", "O", 1.48), "NH4": ("N", "H", 1.03),
    ]
    let atoms =
      lengths[cluster].map { TurningSalt.tetrahedron($0.0, $0.1, $0.2) } ?? TurningSalt.carborane
    let salt = TurningSalt(mobile: mobile, ions: atoms, others: others, frames: 300, seed: 7)
    let (study, result) = try imported(salt.extXYZ(), as: cluster, mobile: mobile)
    let found = try system(of: study)
    #expect(found == ions)
    #expect(result.warnings.isEmpty, "\(result.warnings)")
    let d = try diffusivity(of: study)
    #expect(abs(d.value - TurningSalt.diffusivity_A2_per_ps) < 4 * d.error && d.error < 0.5 * d.value, "\(d)")
    let record = try RunRecord(directory: study.runPath(0))
    let turns = try record.readOrientations(
      group: "anions", block: 0, members: 0..<8, frames: 0..<record.frameCount(of: "anions"))
    // 8 ions for 30 ps beside a time of 1.7 ps: some hundred independent values.
    for lag in [5, 10, 20] {
      let exact = exp(-6 * TurningSalt.rotation_per_ps * TurningSalt.interval_ps * Double(lag))
      #expect(abs(c2(turns, lag) - exact) < 0.15, "\(lag)")
    }
    let first = try #require(try temperatures(of: study).first?["observables"] as? [[String: Any]])
    #expect(first.contains { $0["name"] as? String == "crossing-time-2" })
  }

  /// C2 of body axes from recorded quaternions (x, y, z, w), averaged over ions, axes and origins.
  private func c2(_ turns: [Float], _ lag: Int) -> Double {
    let frames = turns.count / 32
    var sum = 0.0
    for ion in 0..<8 {
      for frame in 0..<(frames - lag) {
        func turn(_ frame: Int) -> Matrix3 {
          let at = 4 * (8 * frame + ion)
          return Matrix3(
            rotation: SIMD4(
              Double(turns[at]), Double(turns[at + 1]), Double(turns[at + 2]), Double(turns[at + 3])))
        }
        for axis in [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)] {
          let cosine = dot(turn(frame) * axis, turn(frame + lag) * axis)
          sum += 1.5 * cosine * cosine - 0.5
        }
      }
    }
    return sum / Double(3 * 8 * (frames - lag))
  }

  /// Ions of one atom each, whatever moves.
  @Test(arguments: [("Ag", "I"), ("F", "Ca"), ("O", "Zr"), ("Cu", "Se")])
  func singleIonsStaySingle(_ mobile: String, _ other: String) throws {
    let salt = TurningSalt(mobile: mobile, ions: [(other, Vector3())], frames: 60, seed: 2)
    let (study, _) = try imported(salt.extXYZ(), as: "s", mobile: mobile)
    let names = try system(of: study).split(separator: ", ").sorted()
    #expect(names == ["8 \(mobile)", "8 \(other)"].sorted())
  }

  /// What is named as mobile is an ion by itself: protons beside oxide, hydroxide and water.
  @Test func mobileProtonsAreSingle() throws {
    let hydroxide: TurningSalt.Atoms = [("O", [0, 0, -0.06]), ("H", [0, 0, 0.92])]
    let water: TurningSalt.Atoms = [("O", [0, 0, -0.06]), ("H", [0.76, 0, 0.5]), ("H", [-0.76, 0, 0.5])]
    let hydronium: TurningSalt.Atoms =
      [("O", [0, 0, 0])] + [[0.94, 0, 0.3], [-0.47, 0.81, 0.3], [-0.47, -0.81, 0.3]].map { ("H", $0) }
    for (atoms, found) in [(hydroxide, "OH"), (water, "H2O"), (hydronium, "H3O")] {
      let text = TurningSalt(mobile: "K", ions: atoms, frames: 20, seed: 3).extXYZ()
      let (bound, _) = try imported(text, as: found, mobile: "K")
      #expect(try system(of: bound) == (found == "H3O" ? "8 H3O, 8 K" : "8 K, 8 \(found)"))
      let (free, _) = try imported(text, as: "\(found)-free", mobile: "H")
      #expect(try system(of: free) == "8 K, \(8 * (atoms.count - 1)) H, 8 O")
    }
  }

  /// A number of the molecule in the file is believed: S too far from P for a bond.
  @Test func moleculesOfTheFileAreBelieved() throws {
    let stretched = TurningSalt(
      mobile: "Na", ions: TurningSalt.tetrahedron("P", "S", 2.7), frames: 20, seed: 4)
    func label(_ atom: Int) -> Int { atom < 8 ? atom + 100 : (atom - 8) / 5 }
    let (told, _) = try imported(stretched.extXYZ(label: label), as: "told", mobile: "Na")
    #expect(try system(of: told) == "8 Na, 8 PS4")
    let (untold, _) = try imported(stretched.extXYZ(), as: "untold", mobile: "Na")
    #expect(try system(of: untold) == "8 Na, 8 P, 32 S")
    // In a dump 0 is no molecule: there bonds decide.
    let dump = SyntheticSalt(frames: 3, seed: 1).dump(.wrapped).replacing(
      "element x y z id", with: "element x y z id mol")
    let lines = dump.split(separator: "\n").map { line -> String in
      let fields = line.split(separator: " ")
      guard ["Na", "B", "H"].contains(fields[0]), let id = Int(fields[4]) else { return String(line) }
      // The last two BH4 have no number, the others have, the first two one together.
      let anion = (id - 9) / 5
      return "\(line) \(id <= 8 ? id : anion >= 6 ? 0 : 20 + max(anion, 1))"
    }
    let study = try importing(
      [try folder.file("mol.dump", lines.joined(separator: "\n") + "\n")], into: "mol", folder
    ).study
    #expect(try system(of: study) == "8 Na, 1 B2H8, 6 BH4")
  }

  /// Declarations: bonds and charges are used and kept; what contradicts or is missing is refused with what was found.
  @Test func declarations() throws {
    let stretched = TurningSalt(
      mobile: "Na", ions: TurningSalt.tetrahedron("P", "S", 2.7), frames: 20, seed: 4
    ).extXYZ()
    let (study, _) = try imported(stretched, as: "bond", mobile: "Na") {
      $0.bonds = ["S-P=2.9"]
      $0.ions = ["S4P=-3"]
    }
    #expect(try system(of: study) == "8 Na, 8 PS4")
    #expect(study.manifest.imported?.declared.ions == ["PS4": -3])
    let yaml = try String(contentsOfFile: study.path + "/study.yaml", encoding: .utf8)
    #expect(yaml.contains("ions: {PS4: {charge: -3}}") && yaml.contains("bonds: {P-S: 2.9 Å}"))
    // WS4 is in no rule: declared, it is found by the radii.
    let tungstate = TurningSalt(
      mobile: "Na", ions: TurningSalt.tetrahedron("W", "S", 2.18), frames: 3, seed: 4
    )
    .extXYZ()
    let (declared, _) = try imported(tungstate, as: "ws4", mobile: "Na") { $0.ions = ["WS4=-2"] }
    #expect(try system(of: declared) == "8 Na, 8 WS4")
    let missing = try refusal { _ = try imported(stretched, as: "no", mobile: "Na") { $0.ions = ["PS4=-3"] } }
    #expect(missing.contains("no PS4 among 8 Na, 8 P, 32 S"), "\(missing)")
    for (ions, bonds) in [
      (["PS4"], ["P-S=9"]), (["ps4=-3"], []), (["PS4=x"], []), (["PS4=-3", "S4P=-2"], []), ([], ["P-S"]),
      ([], ["P=2"]), ([], ["P-S=2.4", "S-P=none"]), ([], ["P-S=-1"]), ([], ["P-S=nan"]),
    ] {
      let text = try refusal {
        _ = try imported(stretched, as: "bad", mobile: "Na") { ($0.ions, $0.bonds) = (ions, bonds) }
      }
      #expect(text.contains("--ion") || text.contains("--bond"), "\(text)")
    }
  }

  /// D is deuterium with its mass, in every ion or in one kind.
  @Test func deuterium() throws {
    let salt = TurningSalt(mobile: "Na", ions: TurningSalt.tetrahedron("B", "H", 1.21), frames: 5, seed: 4)
    func heavy(_ atom: Int) -> String? { salt.elements[atom] == "H" ? "D" : nil }
    let (study, _) = try imported(salt.extXYZ(symbol: heavy), as: "d", mobile: "Na")
    #expect(study.manifest.masses_amu == ["H": 2.014])
    #expect(try system(of: study) == "8 Na, 8 BH4; H 2.014 amu")
    #expect(abs(study.manifest.mass_amu(of: "BH4") - (10.81 + 4 * 2.014)) < 1e-9)
    // The user's word wins.
    let (asked, _) = try imported(salt.extXYZ(symbol: heavy), as: "asked", mobile: "Na") {
      $0.masses = "BH4.H=3"
    }
    #expect(asked.manifest.mass_amu(of: "H", in: "BH4") == 3)
    // In half of the ions: one mass for the kind, and a word.
    let (mixed, result) = try imported(
      salt.extXYZ(symbol: { $0 < 28 ? heavy($0) : nil }), as: "mixed", mobile: "Na")
    #expect(result.warnings.contains { $0.contains("several masses") }, "\(result.warnings)")
    #expect(abs((mixed.manifest.masses_amu["H"] ?? 0) - (2.014 + 1.008) / 2) < 1e-9)
    let refused = try refusal {
      _ = try imported(salt.extXYZ(), as: "nh2", mobile: "Na") { $0.masses = "NH2.H=2.014" }
    }
    #expect(refused.contains("no NH2 among 8 Na, 8 BH4"), "\(refused)")
  }
}
