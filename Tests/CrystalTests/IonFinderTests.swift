import Foundation
import Mathematics
import Testing

@testable import Crystal

/// The ions that are found without a declaration.
@Suite struct IonFinderTests {
  /// Eight of an ion in random orientations about sodium ions, wrapped atom by atom.
  /// - Parameter tremor_A: standard deviation of each coordinate.
  private func salt(
    _ atoms: IonSamples.Atoms, tremor_A: Double, seed: UInt64
  ) -> (cell: Cell, elements: [String], positions: [Vector3]) {
    var random = SplitMix64(seed: seed)
    func unit() -> Double { Double(random.next() as UInt64 >> 11) * 0x1p-53 }
    func normal() -> Double { (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit()) }
    let spacing = 11.0
    let cell = Cell(cubic: 2 * spacing)
    var elements: [String] = []
    var positions: [Vector3] = []
    for site in 0..<8 {
      let centre = Vector3(Double(site & 1), Double(site >> 1 & 1), Double(site >> 2)) * spacing
      let q = SIMD4(normal(), normal(), normal(), normal())
      let turn = Matrix3(rotation: q / (q * q).sum().squareRoot())
      for atom in atoms {
        elements.append(atom.element)
        positions.append(centre + turn * atom.position + Vector3(normal(), normal(), normal()) * tremor_A)
      }
      elements.append("Na")
      positions.append(centre + Vector3(repeating: 5.5))
    }
    let wrapped = positions.map { r in
      let s = cell.fractional(r)
      return cell.cartesian(s - s.rounded(.down))
    }
    return (cell, elements, wrapped)
  }

  @Test(arguments: IonSamples.all.map(\.name))
  func clustersAreFound(_ name: String) throws {
    let sample = try #require(IonSamples.all.first { $0.name == name })
    // 0.09 Å along each axis: what light atoms of stiff ions have at 1000 K.
    for (seed, tremor_A) in [(1, 0.0), (2, 0.05), (3, 0.09)] as [(UInt64, Double)] {
      let isHydrogen = sample.atoms.contains { $0.element == "H" }
      let (cell, elements, positions) = salt(
        sample.atoms, tremor_A: isHydrogen ? min(tremor_A, 0.06) : tremor_A, seed: seed)
      let s = try Structure.assembling(cell: cell, elements: elements, positions: positions).structure
      let found = Dictionary(uniqueKeysWithValues: s.moleculeKindCounts.map { ($0.name, $1) })
      #expect(found == [name: 8, "Na": 8], "\(tremor_A) Å: \(s.ionList)")
      #expect(s.moleculeKinds.first { $0.name == name }?.formalCharge == sample.charge)
      #expect(s.ions.notes.isEmpty)
    }
  }

  /// Second neighbours as in crystals: hydrogens of two BH4, S of two PS4, a hydrogen bond.
  @Test func neighboursAreNotBonded() throws {
    let borohydride = IonSamples.shell("B", IonSamples.same("H", 1.21, 4), IonSamples.tetrahedron)
    for (atoms, shift, expected) in [
      (borohydride, [0, 0, 3.6], "2 BH4"),
      (IonSamples.shell("P", IonSamples.same("S", 2.05, 4), IonSamples.tetrahedron), [0, 0, 5.6], "2 PS4"),
      (IonSamples.line([("O", 0), ("H", 0.98)]), [2.6, 0, 0], "2 OH"),
    ] as [(IonSamples.Atoms, Vector3, String)] {
      let s = try Structure.assembling(
        cell: Cell(cubic: 20), elements: atoms.map(\.element) + atoms.map(\.element),
        positions: atoms.map(\.position) + atoms.map { $0.position + shift }
      ).structure
      #expect(s.ionList == expected)
    }
  }

  /// A lattice from fractional coordinates.
  private func crystal(_ cell: Cell, _ sites: [(String, [[Double]])]) throws -> Structure {
    try Structure.assembling(
      cell: cell, elements: sites.flatMap { site in site.1.map { _ in site.0 } },
      positions: sites.flatMap { $0.1.map { cell.cartesian(Vector3($0)) } }
    ).structure
  }

  private static let faces: [[Double]] = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]

  private func shifted(_ sites: [[Double]], _ shift: [Double]) -> [[Double]] {
    sites.map { zip($0, shift).map(+) }
  }

  /// Halides, oxides, sulphides and hydrides of metals are ions of one atom each.
  @Test func saltsOfMetalsHaveSingleIons() throws {
    let faces = Self.faces
    let corners = shifted(faces, [0.25, 0.25, 0.25]) + shifted(faces, [0.75, 0.75, 0.75])
    for (metal, anion, edge, sites, charge) in [
      ("Na", "Cl", 5.64, shifted(faces, [0.5, 0, 0]), 0), ("Ca", "F", 5.46, corners, 0),
      ("Zr", "O", 5.12, corners, 0), ("Ag", "I", 6.47, shifted(faces, [0.25, 0.25, 0.25]), 0),
      ("Zn", "S", 5.41, shifted(faces, [0.25, 0.25, 0.25]), 0),
    ] as [(String, String, Double, [[Double]], Int)] {
      let s = try crystal(Cell(cubic: edge), [(metal, faces), (anion, sites)])
      #expect(s.moleculeKindCounts.keys.map(\.name).sorted() == [metal, anion].sorted())
      #expect(s.ions.notes.isEmpty)
      #expect(try StructureDescription(s).charge == charge)
    }
    // MgH2, rutile: Mg–H 1.95 Å.
    let h = 0.304
    let hydride = try crystal(
      Cell(a: [4.517, 0, 0], b: [0, 4.517, 0], c: [0, 0, 3.02]),
      [
        ("Mg", [[0, 0, 0], [0.5, 0.5, 0.5]]),
        ("H", [[h, h, 0], [-h, -h, 0], [0.5 + h, 0.5 - h, 0.5], [0.5 - h, 0.5 + h, 0.5]]),
      ])
    #expect(hydride.ionList == "2 Mg, 4 H")
    let perovskite = try crystal(
      Cell(cubic: 4.19),
      [
        ("Ba", [[0, 0, 0]]), ("Zr", [[0.5, 0.5, 0.5]]),
        ("O", [[0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]),
      ])
    #expect(perovskite.ionList == "1 Ba, 1 Zr, 3 O")
    #expect(perovskite.reducedFormula == "BaZrO3")
  }

  /// Networks without end are single ions, with a word; phosphate in a network of germanium stays phosphate.
  @Test func networksAreCut() throws {
    let faces = Self.faces
    let silicon = faces + shifted(faces, [0.25, 0.25, 0.25])
    let oxygen = faces.flatMap { face in
      [[0.125, 0.125, 0.125], [0.125, 0.375, 0.375], [0.375, 0.125, 0.375], [0.375, 0.375, 0.125]].map {
        zip(face, $0).map(+)
      }
    }
    let cristobalite = try crystal(Cell(cubic: 7.13), [("Si", silicon), ("O", oxygen)])
    #expect(cristobalite.ionList == "8 Si, 16 O")
    #expect(cristobalite.ions.notes.count == 1 && cristobalite.ions.notes[0].contains("O-Si"))
    // The same net of GeO4 and PO4, as in GePO4: an idealised berlinite.
    for (centre, notes) in [("Ge", 1), ("Ti", 0), ("Al", 0)] {
      let s = try crystal(
        Cell(cubic: 7.13),
        [(centre, faces), ("P", shifted(faces, [0.25, 0.25, 0.25])), ("O", oxygen)])
      #expect(s.ionList == "4 \(centre), 4 PO4", "\(centre)")
      #expect(s.ions.notes.count == notes)
    }
  }

  @Test func namesAreOneForEachIon() {
    for (formula, name) in [
      ("B11CH12", "CB11H12"), ("CB11H12", "CB11H12"), ("H12CB11", "CB11H12"), ("S4P", "PS4"), ("O3N", "NO3"),
      ("NCO", "OCN"), ("NCS", "SCN"), ("OH3", "H3O"), ("HO", "OH"), ("PO4H2", "H2PO4"), ("D2O", "H2O"),
      ("Na", "Na"), ("C2H3O2", "C2O2H3"),
    ] {
      #expect(MoleculeKind(formula: formula)?.name == name)
      #expect(MoleculeKind.canonical(formula) == name)
    }
    for text in ["", "ps4", "P S", "PS0", "Xx", "PS04", "P(S)4", "4P", "PS99999", "framework"] {
      #expect(MoleculeKind(formula: text) == nil, "\(text)")
    }
  }
}
