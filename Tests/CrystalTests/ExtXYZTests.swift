import Crystal
import Foundation
import TestSupport
import Testing

@Suite struct ExtXYZTests {
  static let good = """
    3
    Lattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3:mol_id:I:1 source="a b" pbc="T T T"
    Na 0.5 0 0 0
    N 4 4 4 1
    H 5 4 4 1
    """

  @Test func readsAndKeepsTheRest() throws {
    let file = try ExtXYZ(text: Self.good + "\n\n", file: "a.extxyz")
    #expect(file.info == ["source": "a b"])
    // The same once more is no contradiction.
    let twice = Self.good.replacingOccurrences(of: "source=\"a b\"", with: "source=\"a b\" source='a b'")
    #expect(try ExtXYZ(text: twice, file: "a") == file)
    #expect(file.order == [0, 1, 2])
    #expect(file.structure.moleculeOfAtom == [0, 1, 1])
    #expect(file.structure.positions[0] == [0.5, 0, 0])
    let windows = Self.good.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try ExtXYZ(text: windows, file: "a") == file)
  }

  @Test func writingIsExact() throws {
    let s = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 12)
    let third = try s.scaled(volumeFactor: 1.0 / 3 * 4)
    let url = temporaryFile("round.extxyz")
    defer { try? FileManager.default.removeItem(at: url) }
    try third.writeExtXYZ(to: url, info: ["note": "with \"quotes\"\nand lines"])
    let back = try ExtXYZ(contentsOf: url)
    #expect(back.structure == third)
    #expect(back.info == ["note": "with 'quotes' and lines"])
  }

  /// Each way of damaging the file, the line that the message must name and a word of the reason.
  @Test(arguments: [
    ("3\n", "x\n", 1, "number of atoms"),
    ("3\n", "0\n", 1, "number of atoms"),
    ("3\n", "4\n", 6, "found 3 atoms"),
    ("3\n", "2\n", 5, "found more"),
    ("3\n", "9223372036854775807\n", 6, "found 3 atoms"),
    ("Lattice", "lattice", 2, "no Lattice"),
    ("9 0 0 0 9 0 0 0 9", "9 0 0 0 9 0 0 0", 2, "nine numbers"),
    ("9 0 0 0 9 0 0 0 9", "9 0 0 9 0 0 0 0 9", 2, "no volume"),
    ("9 0 0 0 9 0 0 0 9", "1e-9 0 0 0 1e-9 0 0 0 1e-9", 2, "thin"),
    ("T T T", "T T F", 2, "periodic"),
    ("pos:R:3", "pos:R:2", 2, "wanted 3"),
    ("pos:R:3", "position:R:3", 2, "no pos"),
    ("species:S:1", "kind:S:1", 2, "no species"),
    ("mol_id:I:1", "mol_id:I", 2, "triples"),
    ("\"a b\"", "\"a b", 2, "does not end"),
    ("\"a b\"", "\"a b\" energy=1 energy=2", 2, "found energy=1 and energy=2"),
    ("mol_id:I:1", "mol_id:I:1:pos:R:3", 2, "names pos twice"),
    ("4 4 4 1", "4 4 4", 4, "found 4 columns"),
    ("4 4 4 1", "4 4 nan 1", 4, "coordinate"),
    ("4 4 4 1", "4 4 1,5 1", 4, "coordinate"),
    ("4 4 4 1", "4 4 4 1.0", 4, "mol_id"),
    ("H 5", "Hx 5", 5, "symbol"),
  ])
  func errorsNameFileAndLine(old: String, new: String, line: Int, word: String) throws {
    var text = Self.good
    let range = try #require(text.range(of: old))
    text.replaceSubrange(range, with: new)
    // A quote removed here makes the next one close the value.
    if word == "does not end" { text = text.replacingOccurrences(of: " pbc=\"T T T\"", with: "") }
    let error = #expect(throws: StructureError.self) { try ExtXYZ(text: text, file: "a.extxyz") }
    let message = error?.description ?? ""
    #expect(message.hasPrefix("a.extxyz:\(line): ") && message.contains(word), "\(message)")
  }

  @Test func emptyAndMissingFiles() {
    #expect(throws: StructureError.self) { try ExtXYZ(text: "", file: "a") }
    #expect(throws: StructureError.self) { try ExtXYZ(text: "3", file: "a") }
    let error = #expect(throws: StructureError.self) {
      try ExtXYZ(contentsOf: URL(fileURLWithPath: "/nowhere/a.extxyz"))
    }
    #expect(error?.description.contains("/nowhere/a.extxyz") == true)
  }

  /// ASE reads what we write, and we read what ASE writes, to its last digit (8 decimals).
  @Test(.needs(.python))
  func roundTripThroughASE() throws {
    let s = try buildStructure(
      named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]), seed: 8)
    let (mine, theirs) = (temporaryFile("mine.extxyz"), temporaryFile("ase.extxyz"))
    defer { for url in [mine, theirs] { try? FileManager.default.removeItem(at: url) } }
    try s.writeExtXYZ(to: mine, info: ["name": "x y"])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Python.path))
    process.arguments = [
      "-c",
      """
      import sys
      from ase.io import read, write
      a = read(sys.argv[1])
      assert a.info["name"] == "x y" and all(a.pbc) and len(a) == 208
      assert a.symbols.formula.count() == {"B": 96, "H": 96, "Na": 16}
      a.wrap()
      write(sys.argv[2], a, format="extxyz")
      """, mine.path, theirs.path,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let back = try ExtXYZ(contentsOf: theirs)
    #expect(back.structure.elements == s.elements)
    #expect(back.structure.moleculeOfAtom == s.moleculeOfAtom)
    for (r, t) in zip(back.structure.positions, s.positions) {
      #expect(samePoint(r, t, in: s.cell, tolerance: 2e-8))
    }
  }
}
