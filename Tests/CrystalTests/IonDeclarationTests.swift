import Mathematics
import Testing

@testable import Crystal

/// What the user and the file say of the ions.
@Suite struct IonDeclarationTests {
  private func read(_ text: String, _ rules: IonRules = IonRules()) throws -> Structure {
    try ExtXYZ(text: text, file: "s.extxyz", rules: rules).structure
  }

  /// One PS4 with bonds of a given length and three sodium ions; columns after the position as given.
  private func salt(_ length_A: Double, properties: String = "", _ columns: [String] = []) -> String {
    let atoms =
      IonSamples.shell("P", IonSamples.same("S", length_A, 4), IonSamples.tetrahedron)
      + [("Na", [6, 0, 0]), ("Na", [0, 6, 0]), ("Na", [0, 0, 6])]
    let lines = atoms.enumerated().map { index, atom in
      let r = atom.position
      return "\(atom.element) \(r.x) \(r.y) \(r.z)" + (columns.isEmpty ? "" : " \(columns[index])")
    }
    return "8\nLattice=\"12 0 0 0 12 0 0 0 12\" Properties=species:S:1:pos:R:3\(properties)\n"
      + lines.joined(separator: "\n") + "\n"
  }

  @Test func bondsAreDeclaredAndForbidden() throws {
    #expect(try read(salt(2.05)).ionList == "3 Na, 1 PS4")
    #expect(try read(salt(2.7)).ionList == "3 Na, 1 P, 4 S")
    let long = try IonRules(bonds: [ElementPair("S", "P"): 2.8])
    #expect(try read(salt(2.7), long).ionList == "3 Na, 1 PS4")
    let none = try IonRules(bonds: [ElementPair("P", "S"): 0])
    #expect(try read(salt(2.05), none).ionList == "3 Na, 1 P, 4 S")
    #expect(try read(salt(2.05), IonRules(single: ["S", "PS4"])).ionList == "3 Na, 1 P, 4 S")
    // What the ions were found by holds later, too.
    let s = try read(salt(2.7), long)
    #expect(s.bondedNeighbours(inMolecule: 0..<5)[0].count == 4)
  }

  @Test func declaredIonsHaveToBeThere() throws {
    #expect(try read(salt(2.05), IonRules(ions: ["S4P": -3])).moleculeKinds[0].formalCharge == -3)
    #expect(
      throws: StructureError.declared(
        found: "no PS4 among 3 Na, 1 P, 4 S",
        wanted: "ions of the structure, or longer bonds between their atoms (bonds: P-S = 2.4 Å)")
    ) {
      try read(salt(2.7), IonRules(ions: ["PS4": -3]))
    }
    for ions in [["ps4": -3], ["PS4": 21], ["PS4": -3, "S4P": -3]] {
      #expect(throws: StructureError.self) { try IonRules(ions: ions.mapValues { $0 }) }
    }
    #expect(throws: StructureError.self) { try IonRules(bonds: [ElementPair("P", "S"): 6]) }
    // An ion that no rule bonds: by the radii of its elements.
    let tungstate = salt(2.18).replacing("P 0", with: "W 0")
    #expect(try read(tungstate).ionList == "3 Na, 1 W, 4 S")
    #expect(try read(tungstate, IonRules(ions: ["WS4": nil])).ionList == "3 Na, 1 WS4")
  }

  @Test func moleculesOfTheFileAreBelieved() throws {
    let labels = ["5", "5", "5", "5", "5", "1", "2", "3"]
    #expect(try read(salt(3.2, properties: ":mol_id:I:1", labels)).ionList == "3 Na, 1 PS4")
    // One number for all says nothing.
    let same = Array(repeating: "1", count: 8)
    #expect(try read(salt(2.05, properties: ":mol_id:I:1", same)).ionList == "3 Na, 1 PS4")
    // A mobile ion is single all the same.
    let molecule = try read(salt(2.05, properties: ":mol_id:I:1", labels), IonRules(single: ["S"]))
    #expect(molecule.ionList == "3 Na, 1 P, 4 S")
  }

  @Test func chargesOfTheFileAreTaken() throws {
    let states = ["5", "-2", "-2", "-2", "-2", "1", "1", "1"]
    let s = try read(salt(2.05, properties: ":initial_charges:R:1", states))
    #expect(s.ions.charges == ["PS4": -3, "Na": 1] && s.ions.notes.isEmpty)
    #expect(
      throws: StructureError.declared(
        found: "the charge of PS4 as -2 e declared, and -3 e in the file", wanted: "one charge")
    ) {
      try read(salt(2.05, properties: ":initial_charges:R:1", states), IonRules(ions: ["PS4": -2]))
    }
    // Partial charges, and charges that do not add up, are left, with a word.
    for (odd, word) in [
      (["1.1", "-0.875", "-0.875", "-0.875", "-0.875", "0.8", "0.8", "0.8"], "PS4 -2.4"),
      (["5", "-2", "-2", "-2", "-2", "1", "1", "0"], "add up to -1 e"),
    ] {
      let left = try read(salt(2.05, properties: ":charge:R:1", odd))
      #expect(left.ions.charges.isEmpty && left.ions.notes.count == 1)
      #expect(left.ions.notes.first?.contains(word) == true, "\(left.ions.notes)")
      #expect(left.moleculeKinds[0].formalCharge == -3)
    }
  }

  /// A public CIF with oxidation states and sites that S and Cl share.
  @Test func oxidationStatesOfACIF() throws {
    let file = try StructureFile.read(path: resource("argyrodite-oxidation.cif"))
    let s = try file.realise(seed: 3)
    #expect(s.moleculeKindCounts.contains { $0.key.name == "PS4" && $0.value == 4 })
    #expect(s.ions.charges == ["Li": 1, "PS4": -3, "S": -2, "Cl": -1])
    #expect(try StructureDescription(s).charge == 0)
    let counts = Dictionary(uniqueKeysWithValues: s.moleculeKindCounts.map { ($0.name, $1) })
    #expect(counts == ["Li": 24, "PS4": 4, "S": 4, "Cl": 4])
    #expect(throws: StructureError.self) {
      try StructureFile.read(
        path: resource("argyrodite-oxidation.cif"), options: .init(rules: IonRules(ions: ["Cl": 1]))
      ).realise(seed: 3)
    }
  }

  @Test func deuteriumHasItsMass() throws {
    let file = try StructureFile.read(path: resource("deuterated.cif"))
    #expect(try file.isotopes() == ["H": 2.014])
    let s = try file.realise(seed: 1)
    #expect(s.ionList == "4 Na, 4 BH4" && s.ions.masses == ["H": 2.014])
    #expect(s.ions.charges == ["Na": 1, "BH4": -1])
    // NaBD4: 41.86 amu in a quarter of 231.1 Å³.
    #expect(abs((s.density_g_per_cm3 ?? 0) - 4 * 41.856 * 1.66053907 / 231.139) < 2e-3)
    for format in StructureFormat.allCases {
      let path = temporaryFile("d.\(format.endings[0])").path
      try StructureFile.write(s, to: path)
      #expect(try StructureFile.read(path: path).realise().ions.masses == ["H": 2.014], "\(format)")
    }
    // In one kind of ion only.
    let mixed = """
      7
      Lattice="12 0 0 0 12 0 0 0 12" Properties=species:S:1:pos:R:3
      O 0 0 0
      D 0.97 0 0
      Na 3 3 3
      N 6 6 6
      H 7.02 6 6
      H 5.8 7 6
      Na 9 9 9

      """
    #expect(try read(mixed).ions.masses == AtomMasses(ofElement: [:], inIon: ["OH": ["H": 2.014]]))
    #expect(try read(mixed).ions.masses.text == "H 2.014 amu in OH")
  }

  /// A proton midway between two phosphates of a chain belongs to one of them.
  @Test func hydrogenBondsDoNotJoinIons() throws {
    let phosphate = IonSamples.shell(
      "P", IonSamples.same("O", 1.54, 4), [[1, 0, 0.1], [-1, 0, 0.1], [0, 1, -0.5], [0, -1, -0.5]])
    // O at ±1.53 Å along x; the next O 2.48 Å on.
    let edge = 2 * 1.5324 + 2.48
    for offset in [0.0, 0.03] {
      let s = try Structure.assembling(
        cell: Cell(a: [edge, 0, 0], b: [0, 9, 0], c: [0, 0, 9]),
        elements: phosphate.map(\.element) + ["H"],
        positions: phosphate.map(\.position) + [[edge / 2 + offset, 0, 0.153]]
      ).structure
      #expect(s.ionList == "1 HPO4")
      #expect(s.ions.notes.isEmpty)
    }
  }
}
