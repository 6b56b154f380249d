import Crystal
import Foundation
import Mathematics
import TestSupport
import Testing

@Suite struct POSCARTests {
  static let good = """
    halite, half a cell
    1.0
    4 0 0
    0 4 0
    0 0 4
    Na Cl
    1 1
    Direct
    0.25 0 0
    0.75 0.5 0.5

    """

  private func read(_ text: String) throws -> Structure {
    let folder = try TemporaryFolder()
    return try StructureFile.read(path: folder.file("POSCAR", text)).realise()
  }

  private func replacing(_ old: String, _ new: String) throws -> String {
    let range = try #require(Self.good.range(of: old))
    return Self.good.replacingCharacters(in: range, with: new)
  }

  @Test func directAndScaled() throws {
    let s = try read(Self.good)
    #expect(s.elements == ["Na", "Cl"] && s.positions == [[1, 0, 0], [3, 2, 2]])
    #expect(try read(replacing("1.0\n", "1.5\n")).positions[1] == [4.5, 3, 3])
    #expect(
      try read(replacing("1.0\n", "1 2 3\n")).cell == Cell(a: [4, 0, 0], b: [0, 8, 0], c: [0, 0, 12]))
  }

  /// A negative scale is the volume: 512 Å³ doubles the edge of 4 Å, and Cartesian positions with it.
  @Test func volumeScale() throws {
    let text = try replacing("1.0\n", "-512\n").replacingOccurrences(of: "Direct", with: "cartesian")
      .replacingOccurrences(of: "0.25 0 0", with: "1 0 0").replacingOccurrences(
        of: "0.75 0.5 0.5", with: "3 2 2")
    let s = try read(text)
    #expect(length(s.cell.a - [8, 0, 0]) < 1e-12 && length(s.positions[1] - [6, 4, 4]) < 1e-12)
  }

  @Test func whatFollowsIsIgnored() throws {
    let text =
      try replacing("Direct\n0.25 0 0\n", "Selective dynamics\nDirect\n0.25 0 0 T F T ! fixed\n")
      .replacingOccurrences(of: "0.75 0.5 0.5", with: "7.5D-01 .5 0.5 Cl") + "\n 0.1 0.2 0.3\n 0 0 nan\n"
    #expect(try read(text) == read(Self.good))
    let hashed = try replacing("Na Cl", "Na_pv/5f3a0c Cl/1b2c")
    #expect(try read(hashed).elements == ["Na", "Cl"])
  }

  @Test(arguments: [
    ("1.0\n", "x\n", 2, "scale"), ("1.0\n", "0\n", 2, "scale"), ("1.0\n", "1 1\n", 2, "scale"),
    ("1.0\n", "nan\n", 2, "scale"), ("4 0 0", "4 0", 3, "lattice vector"), ("0 4 0", "8 0 0", 3, "no volume"),
    ("4 0 0", "1e200 0 0", 3, "lattice vector"), ("Na Cl\n", "", 6, "VASP 4"),
    ("Na Cl", "Nax Cl", 6, "“Nax”"),
    ("1 1\n", "1\n", 7, "2 positive"), ("1 1\n", "1 0\n", 7, "2 positive"),
    ("1 1\n", "1 9223372036854775807\n", 7, "lines"), ("1 1\n", "1 99999999999999999999\n", 7, "2 positive"),
    ("1 1\n", "1 2\n", 11, "wanted 3"), ("Direct\n", "", 8, "Cartesian"),
    ("0.75 0.5 0.5", "0.75 0.5", 10, "three coordinates"),
    ("0.75 0.5 0.5", "0.75 inf 0.5", 10, "three coordinates"),
  ])
  func errors(old: String, new: String, line: Int, words: String) throws {
    let error = #expect(throws: StructureError.self) { try read(replacing(old, new)) }
    let message = error?.description ?? ""
    #expect(message.contains("POSCAR:\(line): ") && message.contains(words), "\(message)")
  }
}
