import Crystal
import Foundation
import Mathematics
import TestSupport
import Testing

/// The folder of structures outside of the repository.
private let sharedStructures: URL? =
  ProcessInfo.processInfo.environment["PADDLEWHEEL_SHARED"].map {
    URL(fileURLWithPath: $0).appendingPathComponent("data/structures")
  }

/// Every built-in structure against the shared starting structure that it was taken from: the same atoms at
/// the same positions, one by one, and nothing else.
@Suite(.needs(.data("PADDLEWHEEL_SHARED")))
struct SharedStructureValidation {
  @Test(arguments: [
    ("k2b12h12", "K2B12H12_fcc_104"), ("rb2b12h12", "Rb2B12H12_fcc_104"),
    ("cs2b12h12", "Cs2B12H12_fcc_104"), ("li2b12h12-fcc", "Li2B12H12_fcc_beta_a10050_Pa3rot_104"),
    ("li2b12h12-fcc-contracted", "Li2B12H12_fcc_beta_contract12_Pa3rot_104"),
    ("li2b12h12-fcc-expanded", "Li2B12H12_fcc_beta_expand14_Pa3rot_104"),
    ("o-nbh", "Na3B12H12BH4_oNBH_128_CONSTRUCTED"), ("nabh4", "NaBH4_P42nmc_cubicmetric_a613_12"),
    ("nabh4-lt", "NaBH4_P42nmc_LTexp10K_12"),
    ("na2b12h12-monoclinic", "Na2B12H12_mono_P21n_52_CONSTRUCTED"),
    ("na2nh2bh4-pbcm", "Na2NH2BH4_Pbcm_40_CONSTRUCTED"),
  ])
  func isTheSharedStructure(name: String, file: String) throws {
    let shared = try read(file)
    let ours = try buildStructure(named: name, supercell: .identity, seed: 1)
    #expect(ours.atomCount == shared.atomCount)
    for (u, v) in zip(ours.cell.vectors, shared.cell.vectors) { #expect(length(u - v) < 1e-8) }
    try expectEach(of: shared.elements.indices, shared, in: ours)
  }

  /// Sodium is drawn at random in ours: the anions are the same, and all shared sodium is on our sites.
  @Test func expandedSodiumSaltHasTheSharedAnions() throws {
    let shared = try read("Na2B12H12_bcc_a810_52")
    let ours = try buildStructure(named: "na2b12h12-bcc-810", supercell: .identity, seed: 1)
    #expect(ours.cell == shared.cell)
    try expectEach(of: shared.elements.indices.filter { shared.elements[$0] != "Na" }, shared, in: ours)
    var full = try BuiltInStructure(named: "na2b12h12-bcc-810")
    full.disordered[0].occupants[0].perCell = [6]
    let everySite = try full.build(supercell: .identity, seed: 1).structure
    try expectEach(of: shared.elements.indices, shared, in: everySite)
  }

  /// Na, O and B sit on the sites of the shared cell; its BH4 has another orientation.
  @Test func antiperovskiteHasTheSharedSites() throws {
    let shared = try read("Na3OBH4_Pm-3m_unitcell_9")
    let ours = try buildStructure(named: "na3obh4-family", supercell: .identity, seed: 1)
    #expect(ours.cell == shared.cell)
    #expect(ours.atomCount == 9)
    try expectEach(of: shared.elements.indices.filter { shared.elements[$0] != "H" }, shared, in: ours)
  }

  /// The headers contain another program's results for the same files.
  @Test func spaceGroupsAreThoseOfTheHeaders() throws {
    let folder = try #require(sharedStructures)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".extxyz") && !$0.contains("exact") }
    #expect(files.count > 20)
    for file in files.sorted() {
      let read = try ExtXYZ(contentsOf: folder.appendingPathComponent(file))
      let group = try read.structure.spaceGroup(tolerance_A: 1e-3)
      #expect("\(group.symbol) (\(group.number))" == read.info["spglib"], "\(file)")
    }
  }

  /// The shared 208-atom cell of Kweon's shape: same anions, all Na on our sites.
  @Test func agreesWithTheSharedRotatedSupercell() throws {
    let folder = try #require(sharedStructures)
    let shared = try ExtXYZ(
      contentsOf: folder.appendingPathComponent("Na2B12H12_bcc_a798_208_seed2026.extxyz")
    ).structure
    let matrix = try SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]])
    var description = try BuiltInStructure(named: "na2b12h12-bcc")
    description.disordered[0].occupants[0].perCell = [6]
    let full = try description.build(supercell: matrix, seed: 0).structure
    #expect(full.cell == shared.cell)
    for (element, r) in zip(shared.elements, shared.positions) {
      let match = (0..<full.atomCount).contains {
        full.elements[$0] == element && samePoint(full.positions[$0], r, in: full.cell, tolerance: 1e-6)
      }
      #expect(match, "\(element) at \(r)")
    }
    #expect(
      try buildStructure(named: "na2b12h12-bcc", supercell: matrix, seed: 2026).atomCount
        == shared.atomCount)
  }

  @Test func everySharedStructure() throws {
    let folder = try #require(sharedStructures)
    let temporary = try TemporaryFolder()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".extxyz") }.sorted()
    for name in names {
      let path = folder.appendingPathComponent(name).path
      let s = try StructureFile.read(path: path).realise()
      // The list of distances of a large cell takes long to make.
      guard s.atomCount <= 130 else { continue }
      let twin = try StructureFile.read(path: path.replacingOccurrences(of: ".extxyz", with: ".cif"))
      // Both are written to 8 digits or more.
      expectSameCrystal(s, try twin.realise(), tolerance: 5e-7, "\(name)")
      for format in StructureFormat.allCases where s.atomCount < 60 {
        let copy = temporary.file("s." + format.endings[0])
        try StructureFile.write(s, to: copy)
        expectSameCrystal(s, try StructureFile.read(path: copy).realise(), tolerance: 1e-9, "\(name)")
      }
    }
  }

  /// All shared structures: read, neutral, no overlap; the same molecules without `mol_id`.
  @Test func sharedStructuresAreSound() throws {
    let folder = try #require(sharedStructures)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".extxyz") }
    #expect(names.count == 28)
    for name in names {
      let file = try ExtXYZ(contentsOf: folder.appendingPathComponent(name))
      let s = file.structure
      #expect(file.order == Array(0..<s.atomCount), "\(name)")
      try s.checkOverlaps()
      let charge = s.moleculeKindCounts.reduce(0) { $0 + ($1.key.formalCharge ?? 99) * $1.value }
      #expect(charge == 0, "\(name): \(s.formula)")
      let loose = try Structure.assembling(
        cell: s.cell, elements: s.elements,
        positions: s.positions.map { r in
          let f = s.cell.fractional(r)
          return s.cell.cartesian(f - f.rounded(.down))
        })
      #expect(loose.structure.moleculeOfAtom == s.moleculeOfAtom, "\(name)")
      #expect(loose.structure.elements == s.elements, "\(name)")
    }
  }

  private func read(_ name: String) throws -> Structure {
    let folder = try #require(sharedStructures)
    return try ExtXYZ(contentsOf: folder.appendingPathComponent("\(name).extxyz")).structure
  }

  /// The files have eight decimals, our fractions and quaternions as many digits.
  private func expectEach(of atoms: some Sequence<Int>, _ shared: Structure, in ours: Structure) throws {
    for i in atoms {
      let match = ours.elements.indices.contains { j in
        ours.elements[j] == shared.elements[i]
          && samePoint(ours.positions[j], shared.positions[i], in: ours.cell, tolerance: 1e-6)
      }
      #expect(match, "\(shared.elements[i]) (atom \(i)) at \(shared.positions[i])")
    }
  }
}
