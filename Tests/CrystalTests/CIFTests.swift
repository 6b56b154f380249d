import Crystal
import Foundation
import TestSupport
import Testing

@Suite struct CIFTests {
  static func read(_ text: String) throws -> StructureFile {
    let folder = try TemporaryFolder()
    return try StructureFile.read(path: folder.file("a.cif", text))
  }

  static func p1(
    _ atoms: String, operations: String = "'x,y,z'", cell: String = "8 9 10 90 90 90",
    columns: String = "label type_symbol fract_x fract_y fract_z occupancy"
  ) -> String {
    let tags = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"]
    let items = zip(tags, cell.split(separator: " ")).map { "_cell_\($0) \($1)" }.joined(separator: "\n")
    let names = columns.split(separator: " ").map { "_atom_site_\($0)" }.joined(separator: "\n")
    return """
      data_test
      \(items)
      loop_
      _space_group_symop_operation_xyz
      \(operations)
      loop_
      \(names)
      \(atoms)

      """
  }

  /// Halite by its Hermann–Mauguin symbol: 4 Na + 4 Cl, Na–Cl = a/2.
  @Test func symbolAndUncertainties() throws {
    let s = try StructureFile.read(path: resource("nacl.cif")).realise()
    #expect(s.formula == "Na4Cl4")
    #expect(s.cell == Cell(cubic: 5.6402))
    let contacts = try s.shortestContacts()
    #expect(abs((contacts["Cl–Na"]?.distance_A ?? 0) - 2.8201) < 1e-12)
  }

  /// Corundum in R-3c on hexagonal axes, labels only: Al–O distances of its paper's table, 1.854 and
  /// 1.971 Å (Lewis, Schwarzenbach & Flack 1982: 1.8551, 1.9720 for these cell and coordinates).
  @Test func centredHexagonalCell() throws {
    let s = try StructureFile.read(path: resource("corundum.cif")).realise()
    #expect(s.formula == "Al12O18")
    let bonds = try s.contacts(within: 2.1).filter { s.elements[$0.first] != s.elements[$0.second] }
    #expect(bonds.count == 72)
    #expect(abs(bonds[0].distance_A - 1.855) < 0.002)
    #expect(abs(bonds[71].distance_A - 1.972) < 0.002)
  }

  /// A special position given to four digits becomes exact, and its copies coincide.
  @Test func specialPositionsAreSymmetrised() throws {
    let s = try Self.read(
      Self.p1(
        "Na1 Na 0.3333 0.6667 0.2501 1", operations: "'x,y,z'\n'-y,x-y,z'\n'-x+y,-x,z'",
        cell: "5 5 9 90 90 120")
    ).realise()
    #expect(s.atomCount == 1)
    let f = s.cell.fractional(s.positions[0])
    #expect(abs(f.x - 1.0 / 3) < 1e-12 && abs(f.y - 2.0 / 3) < 1e-12 && abs(f.z - 0.2501) < 1e-12)
  }

  @Test func symbolsOfElements() throws {
    let s = try Self.read(
      Self.p1(
        """
        X1 Na1+ 0 0 0 1
        X2 H- 0.3 0 0 1
        X3 D 0.6 0 0 .
        X4 O2- 0 0.3 0 ?
        X5 NA 0 0.6 0 1.004(9)
        """)
    ).realise()
    #expect(s.elements == ["Na", "H", "H", "O", "Na"])
    let labels = try Self.read(
      Self.p1("Na1 0 0 0\nB12A .3 0 0\nHB1 0 .3 0", columns: "label fract_x fract_y fract_z"))
    #expect(try labels.realise().elements == ["Na", "B", "H"])
  }

  @Test func decimalsInOperations() throws {
    let s = try Self.read(Self.p1("Na Na .1 .1 .1 1", operations: "x,y,z\n'x+0.5, y+.5, z + 1/2'")).realise()
    #expect(samePoint(s.positions[1], [4.8, 5.4, 6], in: s.cell, tolerance: 1e-9))
  }

  /// Rhombohedral axes are recognised by their angles where the symbol does not tell.
  @Test func rhombohedralAxes() throws {
    var text = Self.p1("Na Na 0.1 0.2 0.3 1", cell: "6 6 6 80 80 80")
    text = text.replacingOccurrences(
      of: "loop_\n_space_group_symop_operation_xyz\n'x,y,z'", with: "_space_group_name_H-M_alt 'R 3'")
    #expect(try Self.read(text).realise().atomCount == 3)
    let hexagonal = text.replacingOccurrences(of: "_alpha 80", with: "_alpha 90")
      .replacingOccurrences(of: "_beta 80", with: "_beta 90").replacingOccurrences(of: "a 80", with: "a 120")
    #expect(try Self.read(hexagonal).realise().atomCount == 9)
  }

  /// Each way of damaging a file, and the message.
  @Test(arguments: [
    ("_cell_length_a 8", "_cell_length_a ?", "_cell_length_a: the value is missing"),
    ("_cell_length_a 8", "", "_cell_length_a: the value is missing"),
    ("_cell_length_a 8", "_cell_length_a nan", "_cell_length_a: found “nan”"),
    ("_cell_length_a 8", "_cell_length_a 0.001", "thin"),
    ("_cell_length_a 8", "_cell_length_a -8", "positive length"),
    ("_cell_angle_gamma 90", "_cell_angle_gamma 190", "between 0 and 180"),
    ("_cell_angle_gamma 90", "_cell_angle_gamma 180", "between 0 and 180"),
    ("_cell_angle_beta 90", "_cell_angle_beta 1", "thin"),
    ("'x,y,z'", "'x,y'", "operation 1"), ("'x,y,z'", "'x,y,q'", "operation 1"),
    ("'x,y,z'", "'x,y,2*z'", "rotation of the lattice"),
    ("'x,y,z'", "'x,y,999999999999999999999999z'", "operation 1"),
    ("'x,y,z'", "x,y,z\n'-x,y,z+1/2'\n'x,-y,z'", "no group"), ("'x,y,z'", "x,y,z\ny,x,z", "edges and angles"),
    ("_space_group_symop_operation_xyz\n'x,y,z'", "_other 'x'", "tells no symmetry"),
    ("Na1 Na 0", "Na1 Na ?", "site Na1: the value is missing"),
    ("Na1 Na 0", "Na1 Na x", "site Na1: found “x”"), ("Na1 Na 0", "Na1 Na 1e300", "site Na1: found"),
    ("0 1\n", "0 1.5\n", "from 0 to 1"), ("0 1\n", "0 -1\n", "from 0 to 1"),
    ("Na1 Na", "Na1 Wat", "“Wat”"), ("0 1\n", "0\n", "not a CIF"),
    ("fract_x", "fract_u", "none with atom sites"), ("data_test", "", "not a CIF"),
    ("0 1\n", "0 1\nK1 K 0.01 0 0 1\n", "Na1 and K1"), ("data_test", "data_'", "missing"),
  ])
  func errors(old: String, new: String, words: String) throws {
    let good = Self.p1("Na1 Na 0 0 0 1")
    #expect(try Self.read(good).realise().atomCount == 1)
    let range = try #require(good.range(of: old))
    let text = good.replacingCharacters(in: range, with: new)
    if words == "missing" {
      #expect(try Self.read(text).realise().atomCount == 1)
      return
    }
    let error = #expect(throws: StructureError.self) { try Self.read(text).realise() }
    let message = error?.description ?? ""
    #expect(message.contains("a.cif") && message.contains(words), "\(message)")
  }

  @Test func emptyFilesAndBlocks() throws {
    for text in ["", "\n\n", "data_a\n", "data_a\n_x 1\ndata_b\n_y 2\n", "loop_\n"] {
      let error = #expect(throws: StructureError.self) { try Self.read(text) }
      if text.contains("data_b") { #expect(error?.description.contains("a, b") == true) }
    }
  }
}
