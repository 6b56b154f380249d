import Crystal
import Foundation
import Mathematics
import TestSupport
import Testing

@Suite struct LAMMPSDataTests {
  static let good = """
    LAMMPS data file, 3 atoms in the title # of no meaning

    4 atoms
    1 bonds
    3 atom types
    1 bond types

    -1.0 7.0 xlo xhi
    0 9 ylo yhi
    0 10 zlo zhi
    1.5 0 -2.0 xy xz yz

    Masses

    1 22.98976928 # Na+ (sodium)
    2 10.81
    3 1.008 # hydrogen

    Atoms # full

    3 7 3 0.0 6.9 5 5 0 0 0
    1 1 1 1.0 0.0 0 0
    2 7 2 0.0 0.1 5 5 1 0 0
    4 2 1 1.0 4.0 4 2 0 0 -1

    Velocities

    1 0 0 0

    Bonds

    1 1 2 3

    """

  private func read(_ text: String, _ options: StructureFile.ReadOptions = .init()) throws -> Structure {
    let folder = try TemporaryFolder()
    return try StructureFile.read(path: folder.file("a.data", text), options: options).realise()
  }

  private func replacing(_ old: String, _ new: String) throws -> String {
    let range = try #require(Self.good.range(of: old))
    return Self.good.replacingCharacters(in: range, with: new)
  }

  /// In the order of the atoms' numbers, from the box's corner, unwrapped by the image flags; the bonded
  /// pair is one molecule.
  @Test func readsAll() throws {
    let s = try read(Self.good)
    #expect(s.cell == Cell(a: [8, 0, 0], b: [1.5, 9, 0], c: [0, -2, 10]))
    #expect(s.elements == ["Na", "B", "H", "Na"])
    #expect(s.moleculeOfAtom == [0, 1, 1, 2])
    #expect(s.positions[0] == [1, 0, 0])
    #expect(length(s.positions[1] - [9.1, 5, 5]) < 1e-12)
    #expect(abs(length(s.positions[2] - s.positions[1]) - 1.2) < 1e-12)
    #expect(samePoint(s.positions[3], [5, 6, -8], in: s.cell, tolerance: 1e-12))
  }

  @Test func stylesAndTypes() throws {
    let unnamed = try replacing("Atoms # full", "Atoms")
    #expect(try read(unnamed, .init(lammpsStyle: .full)) == read(Self.good))
    #expect(throws: StructureError.self) { try read(unnamed) }
    let given = try read(Self.good, .init(lammpsElements: ["K", "B", "H"]))
    #expect(given.elements == ["K", "B", "H", "K"])
    #expect(throws: StructureError.self) { try read(Self.good, .init(lammpsElements: ["K"])) }
    let labelled = try replacing("Masses\n", "Atom Type Labels\n\n1 Na\n2 B\n3 H\n\nMasses\n")
      .replacingOccurrences(of: "1 1 1 1.0", with: "1 1 Na 1.0")
    #expect(try read(labelled) == read(Self.good))
    // Molecule 0 is none: by bonds. All the same: the same.
    let zero = try replacing("3 7 3", "3 0 3").replacingOccurrences(of: "2 7 2", with: "2 0 2")
    #expect(try read(zero) == read(Self.good))
    let deuterated = try replacing("1.008 # hydrogen", "2.01410178")
    var heavy = try read(deuterated)
    #expect(heavy.ions.masses == ["H": 2.014])
    heavy.ions = IonFacts()
    #expect(try heavy == read(Self.good))
  }

  @Test(arguments: [
    ("4 atoms", "5 atoms", 19, "found 4 atoms"), ("4 atoms", "-4 atoms", 3, "number of atoms"),
    ("4 atoms", "1e9 atoms", 19, "found 4 atoms"), ("4 atoms", "4.5 atoms", 3, "number of atoms"),
    ("4 atoms", "x atoms", 3, "a number before"), ("4 atoms\n", "\n", 2, "no atoms announced"),
    ("-1.0 7.0 xlo", "7.0 -1.0 xlo", 8, "positive edges"), ("-1.0 7.0 xlo", "nan 7.0 xlo", 8, "2 numbers"),
    ("0 9 ylo yhi", "", 33, "ylo yhi"), ("1.5 0 -2.0 xy", "1.5 0 xy", 11, "3 numbers"),
    ("22.98976928 # Na+ (sodium)", "5.2", 15, "no element's"), ("22.98976928", "-1", 15, "positive mass"),
    ("Atoms # full", "Atoms # sphere", 19, "“sphere”"),
    ("Atoms # full", "Atoms", 19, "wanted the atom style"),
    ("Atoms # full", "Atoms # charge", 21, "columns"),
    ("0.0 6.9 5 5 0 0 0", "0.0 6.9 5 5 0 0", 21, "columns"),
    ("3 7 3", "1 7 3", 22, "second atom 1"), ("3 7 3", "3 7 9", 21, "type “9”"),
    ("3 7 3", "x 7 3", 21, "atom's number"), ("3 7 3", "3 7.5 3", 21, "molecule's number"),
    ("3 7 3", "3 9223372036854775807 3", 21, "molecule's number"),
    ("3 7 3", "-9223372036854775808 7 3", 21, "atom's number"),
    ("6.9 5 5 0", "6.9 5 inf 0", 21, "coordinate"),
    ("5 5 1 0 0", "5 5 99999999999 0 0", 23, "image flag"), ("Bonds\n", "Atoms\n", 30, "second Atoms"),
    ("1.5 0 -2.0 xy xz yz", "8 0 0 avec", 11, "general triclinic"),
  ])
  func errors(old: String, new: String, line: Int, words: String) throws {
    let error = #expect(throws: StructureError.self) { try read(replacing(old, new)) }
    let message = error?.description ?? ""
    #expect(message.contains(words), "\(message)")
    #expect(message.contains("a.data:\(line): "), "\(message)")
  }

  /// Right-handed, a along x, b in the plane, tilts within half an edge: the requirements of LAMMPS.
  @Test(arguments: SampleStructure.allCases) func restrictedFrame(sample: SampleStructure) throws {
    let s = try sample.make()
    let folder = try TemporaryFolder()
    try Data(s.lammpsData(title: "x").utf8).write(to: URL(fileURLWithPath: folder.file("a.data")))
    let c = try StructureFile.read(path: folder.file("a.data")).realise().cell
    #expect(c.a.y == 0 && c.a.z == 0 && c.b.z == 0 && min(c.a.x, c.b.y, c.c.z) > 0)
    // Twice the tolerance that the writer allows for an exact half.
    #expect(max(abs(c.b.x), abs(c.c.x)) <= c.a.x * (0.5 + 2e-9) && abs(c.c.y) <= c.b.y * (0.5 + 2e-9))
  }

  @Test func charges() throws {
    let s = try SampleStructure.mixed.make()
    let lines = try s.lammpsData(title: "x").split(separator: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("Atoms") })
    let charges = lines[(first + 1)...].map { $0.split(separator: " ")[3] }
    #expect(charges == ["1.0", "0.0", "0.0", "0.0", "0.0", "0.0", "1.0", "0.0", "0.0", "0.0"])
    #expect(throws: StructureError.self) { try s.lammpsData(title: "x", charges: [1]) }
    #expect(try s.lammpsData(title: "x", charges: (0..<10).map { Double($0) / 8 }).contains(" 1.125 "))
  }

  /// LAMMPS reads what we write, wraps, sorts and rotates it, and we read what it writes.
  @Test(.needs(.lammps), arguments: SampleStructure.allCases)
  func throughLAMMPS(sample: SampleStructure) throws {
    let folder = try TemporaryFolder()
    let s = try sample.make()
    try StructureFile.write(s, to: folder.file("mine.data"))
    let script = """
      units metal
      atom_style full
      read_data \(folder.file("mine.data"))
      pair_style zero 6.0
      pair_coeff * *
      run 0
      write_data \(folder.file("theirs.data"))
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(LAMMPS.path))
    process.arguments = ["-in", try folder.file("in.lammps", script), "-log", "none", "-screen", "none"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let back = try StructureFile.read(path: folder.file("theirs.data")).realise()
    #expect(back.elements == s.elements && back.moleculeOfAtom == s.moleculeOfAtom)
    // LAMMPS writes all digits, but wraps positions through fractions of the box.
    expectSameCrystal(s, back, tolerance: 1e-9)
  }
}
