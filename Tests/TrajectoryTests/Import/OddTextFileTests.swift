import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// What text files look like in the wild: each oddity is read right, or refused with its place and the reason.
@Suite struct OddTextFileTests {
  /// What a file must give.
  enum Wanted: Sendable {
    /// So many frames, and the second atom's position in the second frame, Å.
    case read(frames: Int, second: [Double])
    /// The same, with a warning.
    case warned(frames: Int, second: [Double], says: String)
    /// With this in the message.
    case refused(String)
  }

  struct Oddity: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var wanted: Wanted
    var change: @Sendable (inout ImportHints) -> Void = { _ in }
    var testDescription: String { name }

    init(
      _ name: String, _ text: String, _ wanted: Wanted,
      _ change: @escaping @Sendable (inout ImportHints) -> Void = { _ in }
    ) {
      (self.name, self.text, self.wanted, self.change) = (name, text, wanted, change)
    }
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func check(_ oddity: Oddity, as name: String) throws {
    let path = try folder.file(name, oddity.text)
    var hints = ImportHints()
    hints.frameInterval_ps = 0.1
    oddity.change(&hints)
    do {
      let run = try ImportedRun([path], format: nil, hints: hints)
      var frames: [ImportedFrame] = []
      while let frame = try run.next() { frames.append(frame) }
      switch oddity.wanted {
      case .refused(let text): Issue.record("read, wanted a refusal with \(text)")
      case .read(let count, let second):
        #expect(frames.count == count)
        #expect(run.warnings.isEmpty, "\(run.warnings)")
        expect(frames, second)
      case .warned(let count, let second, let says):
        #expect(frames.count == count)
        #expect(run.warnings.contains { $0.contains(says) }, "\(run.warnings)")
        expect(frames, second)
      }
    } catch let problem as TrajectoryProblem {
      guard case .refused(let text) = oddity.wanted else {
        Issue.record("\(problem)")
        return
      }
      #expect(problem.description.contains(text) && problem.description.hasPrefix(path), "\(problem)")
    }
  }

  private func expect(_ frames: [ImportedFrame], _ second: [Double]) {
    guard frames.count > 1, frames[1].positions.count > 1 else { return }
    let r = frames[1].positions[1]
    #expect(length(r - Vector3(second[0], second[1], second[2])) < 1e-9, "\(r)")
  }

  // MARK: LAMMPS dumps

  /// Two frames of two atoms; the second atom is at (4, 5, 6) in the second frame.
  private static func dump(
    units: String = "", box: String = "ITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\n",
    columns: String = "id type element x y z", _ rows: [String] = ["1 1 Na 1 2 3", "2 2 Cl 4 5 6"],
    second: [String]? = nil, between: String = "", end: String = "", counts: (Int, Int) = (2, 2)
  ) -> String {
    (0..<2).map { frame in
      units
        + "ITEM: TIMESTEP\n\(100 * frame)\nITEM: NUMBER OF ATOMS\n\(frame == 0 ? counts.0 : counts.1)\n\(box)ITEM: ATOMS \(columns)\n"
        + (frame == 0 ? rows : second ?? rows).map { $0 + "\n" }.joined() + (frame == 0 ? between : end)
    }.joined()
  }

  private static let inside = Wanted.read(frames: 2, second: [4, 5, 6])

  static let dumps: [Oddity] = [
    Oddity("blank lines between frames", dump(between: "\n \n"), inside),
    Oddity("blank lines at the end", dump(end: "\n\n  \n"), inside),
    Oddity("CRLF", dump().replacing("\n", with: "\r\n"), inside),
    Oddity("a byte order mark", "\u{FEFF}" + dump(), inside),
    Oddity("tabs", dump(["1\t1\tNa\t1\t2\t3", "2\t2\tCl\t4\t5\t6"]), inside),
    Oddity("Fortran's exponents", dump(["1 1 Na 1 2 3", "2 2 Cl 0.4D+01 5d0 6.0E0"]), inside),
    Oddity("plus signs", dump(["1 1 Na 1 2 3", "+2 2 Cl +4 +5.0 +6"]), inside),
    Oddity("a blank behind the columns", dump(columns: "id type element x y z "), inside),
    Oddity(
      "columns that mean nothing here",
      dump(columns: "q id c_1[2] element vx x y z fx", ["0.5 1 7 Na 0 1 2 3 9", "0 2 7 Cl 0 4 5 6 9"]), inside
    ),
    Oddity("columns in any order", dump(columns: "z y x element id", ["3 2 1 Na 1", "6 5 4 Cl 2"]), inside),
    Oddity("no boundary letters", dump(box: "ITEM: BOX BOUNDS\n0 10\n0 10\n0 10\n"), inside),
    Oddity(
      "a box off the origin", dump(box: "ITEM: BOX BOUNDS pp pp pp\n-1 9\n2 12\n0 10\n"),
      .read(frames: 2, second: [5, 3, 6])),
    Oddity(
      "a tilted box",
      dump(
        box: "ITEM: BOX BOUNDS xy xz yz pp pp pp\n0 12 2\n0 10 0\n0 10 0\n", columns: "id element xs ys zs",
        ["1 Na 0 0 0", "2 Cl 0.5 0.5 0.5"]),
      .read(frames: 2, second: [6, 5, 5])),
    Oddity(
      "a general box",
      dump(
        box: "ITEM: BOX BOUNDS abc origin pp pp pp\n10 0 0 1\n2 10 0 0\n0 0 10 0\n",
        columns: "id element xsu ysu zsu", ["1 Na 0 0 0", "2 Cl 1.5 0.5 0.5"]),
      .read(frames: 2, second: [16, 5, 5])),
    Oddity(
      "scaled coordinates with images",
      dump(columns: "id element xs ys zs ix iy iz", ["1 Na 0 0 0 0 0 0", "2 Cl 0.4 0.5 0.6 1 0 -1"]),
      .read(frames: 2, second: [14, 5, -4])),
    Oddity(
      "xu beside x", dump(columns: "id element x y z xu yu zu", ["1 Na 1 2 3 1 2 3", "2 Cl 4 5 6 14 5 6"]),
      .read(frames: 2, second: [14, 5, 6])),
    Oddity(
      "two of three images", dump(columns: "id element x y z ix iy", ["1 Na 1 2 3 0 0", "2 Cl 4 5 6 1 1"]),
      inside),
    Oddity("ITEM: UNITS in front", dump(units: "ITEM: UNITS\nreal\n"), inside),
    Oddity(
      "an item of another program", dump(units: "ITEM: LABEL\nrun\n"), .refused(":1: found “ITEM: LABEL”")),
    Oddity("lj units", dump(units: "ITEM: UNITS\nlj\n"), .refused(":2: found the units “lj”")),
    Oddity(
      "open boundaries", dump(box: "ITEM: BOX BOUNDS pp ff pp\n0 10\n0 10\n0 10\n"),
      .refused(":5: found the boundaries “pp ff pp”")),
    Oddity(
      "shrink-wrapped boundaries", dump(box: "ITEM: BOX BOUNDS ss pp pp\n0 10\n0 10\n0 10\n"),
      .refused("pp pp pp: periodic")),
    Oddity(
      "NaN", dump(["1 1 Na 1 2 3", "2 2 Cl nan 5 6"]), .refused(":11: found “nan”, wanted a coordinate")),
    Oddity(
      "an atom less", dump(second: ["1 1 Na 1 2 3"], counts: (2, 1)), .refused("found 1 atoms, wanted 2")),
    Oddity(
      "an element that changes", dump(second: ["1 1 Na 1 2 3", "2 2 Br 4 5 6"]),
      .refused(":22: found the element “Br” for atom 2")),
    Oddity(
      "a frame cut short at the end", dump() + "ITEM: TIMESTEP\n200\nITEM: NUM",
      .warned(frames: 2, second: [4, 5, 6], says: "frame 3 is cut short")),
    Oddity("garbage at the end", dump(end: "done\n"), .refused(":23: found “done”")),
    Oddity(
      "columns that change",
      dump().replacing("200", with: "200") + dump(columns: "id element x y z", ["1 Na 1 2 3", "2 Cl 4 5 6"]),
      .refused("as in the first frame")),
    Oddity("no end of the last line", String(dump().dropLast()), .refused("found 1 frame")),
  ]

  @Test(arguments: dumps) func dump(oddity: Oddity) throws { try check(oddity, as: "a.dump") }

  // MARK: extXYZ

  private static func xyz(
    _ comment: String = "Lattice=\"10 0 0 0 10 0 0 0 10\" Properties=species:S:1:pos:R:3",
    _ rows: [String] = ["Na 1 2 3", "Cl 4 5 6"],
    second: [String]? = nil, between: String = "", end: String = "", count: String = "2",
    secondComment: String? = nil
  ) -> String {
    (0..<2).map { frame in
      "\(count)\n\(frame == 0 ? comment : secondComment ?? comment)\n"
        + (frame == 0 ? rows : second ?? rows).map { $0 + "\n" }.joined() + (frame == 0 ? between : end)
    }.joined()
  }

  private static let lattice = "Lattice=\"10 0 0 0 10 0 0 0 10\""

  static let extended: [Oddity] = [
    Oddity("blank lines between frames", xyz(between: "\n\n"), inside),
    Oddity("blank lines at the end", xyz(end: "\n \n"), inside),
    Oddity("CRLF", xyz().replacing("\n", with: "\r\n"), inside),
    Oddity("a byte order mark", "\u{FEFF}" + xyz(), inside),
    Oddity("blanks around the count", xyz(count: "   2  "), inside),
    Oddity("tabs", xyz(xyzComment, ["Na\t1\t2\t3", "Cl\t4\t5\t6"]), inside),
    Oddity("Fortran's exponents", xyz(xyzComment, ["Na 1 2 3", "Cl 0.4D+01 5d0 6e0"]), inside),
    Oddity("plus signs", xyz(xyzComment, ["Na 1 2 3", "Cl +4 +5. +6.0"]), inside),
    Oddity("no Properties", xyz(lattice), inside),
    Oddity(
      "Properties in another order",
      xyz("\(lattice) Properties=pos:R:3:species:S:1", ["1 2 3 Na", "4 5 6 Cl"]), inside),
    Oddity(
      "more columns, as Properties says",
      xyz(
        "\(lattice) Properties=species:S:1:pos:R:3:forces:R:3:tag:I:1",
        ["Na 1 2 3 0 0 0 1", "Cl 4 5 6 0 0 0 2"]), inside),
    Oddity("a tilted lattice in single quotes", xyz("Lattice='10 0 0 2 10 0 0 0 10'"), inside),
    Oddity("pbc as words", xyz("\(lattice) pbc=\"True true 1\""), inside),
    Oddity(
      "ids that change places",
      xyz(
        "\(lattice) Properties=species:S:1:pos:R:3:id:I:1", ["Na 1 2 3 7", "Cl 4 5 6 9"],
        second: ["Cl 4 5 6 9", "Na 1 2 3 7"]), inside),
    Oddity(
      "unwrapped positions of GPUMD",
      xyz(
        "\(lattice) Properties=species:S:1:pos:R:3:unwrapped_position:R:3",
        ["Na 1 2 3 1 2 3", "Cl 4 5 6 14 5 6"]), .read(frames: 2, second: [14, 5, 6])),
    Oddity(
      "wide unwrapped positions",
      xyz(
        "\(lattice) Properties=species:S:1:pos:R:3:unwrapped_position:R:2", ["Na 1 2 3 1 2", "Cl 4 5 6 1 2"]),
      .refused("unwrapped_position has 2 columns")),
    Oddity(
      "columns that Properties does not name", xyz(xyzComment, ["Na 1 2 3 4", "Cl 4 5 6 7"]),
      .refused(":3: found 5 columns, wanted 4")),
    Oddity("an open cell", xyz("\(lattice) pbc=\"T T F\""), .refused(":2: found found pbc")),
    Oddity(
      "NaN", xyz(xyzComment, ["Na 1 2 3", "Cl NaN 5 6"]), .refused(":4: found “NaN”, wanted a coordinate")),
    Oddity("another count", xyz() + "1\n\(lattice)\nNa 1 2 3\n", .refused(":9: found 1 atoms, wanted 2")),
    Oddity(
      "an element that changes", xyz(second: ["Na 1 2 3", "Br 4 5 6"]),
      .refused(":8: found “Br”, wanted “Cl”")),
    Oddity("a lattice only at first", xyz(secondComment: "next"), .refused("other columns in Properties")),
    Oddity(
      "a frame cut short at the end", xyz() + "2\n\(lattice)\nNa 1 2 3\n",
      .warned(frames: 2, second: [4, 5, 6], says: "frame 3 is cut short")),
    Oddity(
      "a frame cut short and another", xyz() + "2\n\(lattice)\nNa 1 2 3\n" + xyz(),
      .warned(frames: 4, second: [4, 5, 6], says: "another begins there")),
    Oddity("garbage at the end", xyz(end: "done\n"), .refused(":9: found “done”, wanted a number of atoms")),
  ]

  private static let xyzComment = "Lattice=\"10 0 0 0 10 0 0 0 10\" Properties=species:S:1:pos:R:3"

  @Test(arguments: extended) func extXYZ(oddity: Oddity) throws { try check(oddity, as: "a.extxyz") }

  // MARK: plain XYZ

  static let cubic: @Sendable (inout ImportHints) -> Void = { $0.cell = Cell(cubic: 10) }

  static let plain: [Oddity] = [
    Oddity("an empty comment", xyz(""), inside, cubic),
    Oddity("a comment with =", xyz("energy = -1.5 eV"), inside, cubic),
    Oddity(
      "CP2K's comment",
      xyz(
        " i =        0, time =        0.000, E =      -123.4",
        secondComment: " i =      100, time =       50.000, E =      -123.4"),
      .warned(
        frames: 2, second: [4, 5, 6],
        says: "frames are 0.05 ps apart by the file; --frame-interval makes it 0.1 ps"), cubic),
    Oddity(
      "LAMMPS's comment", xyz("Atoms. Timestep: 0", secondComment: "Atoms. Timestep: 100"), inside, cubic),
    Oddity(
      "a step below all", xyz("Atoms. Timestep: \(Int.min)", secondComment: "Atoms. Timestep: 100"),
      .refused("found step -9223372036854775808, wanted steps below 2⁵³"), cubic),
    Oddity(
      "a step above all", xyz("Atoms. Timestep: 0", secondComment: "Atoms. Timestep: \(Int.max)"),
      .refused("found step 9223372036854775807, wanted steps below 2⁵³"), cubic),
    Oddity(
      "LAMMPS's types",
      xyz("Atoms. Timestep: 0", ["1 1 2 3", "2 4 5 6"], secondComment: "Atoms. Timestep: 100"), inside
    ) {
      cubic(&$0)
      $0.elements = .ofTypes([1: "Na", 2: "Cl"])
    },
    Oddity("i-PI in ångström", xyz(ipi(0), secondComment: ipi(1)), inside),
    Oddity(
      "i-PI in bohr", xyz(ipi(0, "atomic_unit"), secondComment: ipi(1, "atomic_unit")),
      .read(frames: 2, second: [4, 5, 6].map { $0 * 0.529177210903 })),
    Oddity(
      "i-PI without units", xyz("# CELL(abcABC): 10 10 10 90 90 90 Step: 0 Bead: 0"),
      .refused(":2: found no positions{…}")),
    Oddity("i-PI's matrix", xyz(ipiMatrix(0), secondComment: ipiMatrix(1)), inside),
    Oddity("velocities behind", xyz("x", ["Na 1 2 3 0 0 0", "Cl 4 5 6 0 0 0"]), inside, cubic),
    Oddity(
      "charges and a comment behind", xyz("x", ["Na 1 2 3 1.0 # mobile", "Cl 4 5 6 -1.0 # fixed"]), inside,
      cubic),
    Oddity("no cell", xyz("x"), .refused("found no cell in frame 1, wanted the cell, as --cell")),
    Oddity("CRLF", xyz("x").replacing("\n", with: "\r\n"), inside, cubic),
    Oddity("blank lines between frames", xyz("x", between: "\n"), inside, cubic),
    Oddity("tabs and Fortran's exponents", xyz("x", ["Na\t1\t2\t3", "Cl\t4D0\t5d0\t+6"]), inside, cubic),
    Oddity(
      "a step of CP2K in stars",
      xyz(" i = ********, time = 0.5, E = 0", secondComment: " i = ********, time = 1.0, E = 0"),
      .warned(frames: 2, second: [4, 5, 6], says: "--frame-interval makes it 0.1 ps"), cubic),
    Oddity(
      "two columns", xyz("x", ["Na 1 2 3", "Cl 4 5"]),
      .refused(":4: found 3 columns, wanted a name and three coordinates"), cubic),
    Oddity("inf", xyz("x", ["Na 1 2 3", "Cl inf 5 6"]), .refused(":4: found “inf”"), cubic),
    Oddity("labels", xyz("x", ["Na1 1 2 3", "Cl2 4 5 6"]), .refused("as --elements \"Na1=Na\""), cubic),
    Oddity("labels with names", xyz("x", ["Na1 1 2 3", "Cl2 4 5 6"]), inside) {
      cubic(&$0)
      $0.elements = .ofLabels(["Na1": "Na", "Cl2": "Cl"])
    },
    Oddity(
      "a frame cut short at the end", xyz("x") + "2\nx\nNa 1 2 3\n",
      .warned(frames: 2, second: [4, 5, 6], says: "frame 3 is cut short"), cubic),
  ]

  private static func ipi(_ step: Int, _ unit: String = "angstrom") -> String {
    "# CELL(abcABC):   10.00000    10.00000    10.00000    90.00000    90.00000    90.00000  Step:           \(step)  Bead:       0 positions{\(unit)}  cell{\(unit)}"
  }

  private static func ipiMatrix(_ step: Int) -> String {
    "# CELL(H): 10 2 0 0 10 0 0 0 10 Step: \(step) Bead: 0 positions{angstrom} cell{angstrom}"
  }

  @Test(arguments: plain) func plainXYZ(oddity: Oddity) throws { try check(oddity, as: "a.xyz") }

  // MARK: XDATCAR

  private static func xdatcar(
    head: String = "salt\n1.0\n10 0 0\n0 10 0\n0 0 10\nNa Cl\n1 1\n",
    _ rows: [String] = ["0.1 0.2 0.3", "0.4 0.5 0.6"],
    second: [String]? = nil, between: String = "",
    direct: (Int) -> String = { "Direct configuration=     \($0)" }, end: String = ""
  ) -> String {
    head
      + (1...2).map { frame in
        direct(frame) + "\n" + (frame == 1 ? rows : second ?? rows).map { $0 + "\n" }.joined()
          + (frame == 1 ? between : end)
      }.joined()
  }

  private static let head = "salt\n1.0\n10 0 0\n0 10 0\n0 0 10\nNa Cl\n1 1\n"

  static let xdatcars: [Oddity] = [
    Oddity("a header before each frame", xdatcar(between: head), inside),
    Oddity("blank lines between frames", xdatcar(between: "\n"), inside),
    Oddity("blank lines at the end", xdatcar(end: "\n\n"), inside),
    Oddity("CRLF", xdatcar().replacing("\n", with: "\r\n"), inside),
    Oddity("a byte order mark", "\u{FEFF}" + xdatcar(), inside),
    Oddity("tabs", xdatcar(["0.1\t0.2\t0.3", "0.4\t0.5\t0.6"]), inside),
    Oddity(
      "glued columns", xdatcar(["0.10000000 0.20000000 0.30000000", "-0.60000000-9.50000000 0.60000000"]),
      .read(frames: 2, second: [-6, -95, 6])),
    Oddity(
      "glued columns above a hundred",
      xdatcar(["0.10000000 0.20000000 0.30000000", "  0.40000000100.50000000-10.40000000"]),
      .read(frames: 2, second: [4, 1005, -104])),
    Oddity(
      "glued columns that end early",
      xdatcar(["0.10000000 0.20000000 0.30000000", "-0.60000000-9.50000000"]),
      .refused(":10: found “-0.60000000-9.50000000”")),
    Oddity("Fortran's exponents and plus signs", xdatcar(["0.1 0.2 0.3", "+4D-1 5.0E-01 .6"]), inside),
    Oddity("names of POTCARs", xdatcar(head: head.replacing("Na Cl", with: "Na_pv Cl/1a2b3c")), inside),
    Oddity(
      "a scale", xdatcar(head: head.replacing("\n1.0\n", with: "\n2.0\n").replacing("10", with: "5")), inside),
    Oddity(
      "a volume as scale",
      xdatcar(head: head.replacing("10", with: "5").replacing("\n1.0\n", with: "\n-1000.0\n")), inside),
    Oddity("counts in two lines", xdatcar(head: head.replacing("Na Cl\n1 1", with: "Na\nCl\n1\n1")), inside),
    Oddity("an empty comment", xdatcar(head: head.replacing("salt", with: "")), inside),
    Oddity("no number of the configuration", xdatcar(direct: { _ in "Direct" }), inside),
    Oddity("words behind the coordinates", xdatcar(["0.1 0.2 0.3 T T T", "0.4 0.5 0.6 T F T"]), inside),
    Oddity(
      "without symbols, as VASP 4", xdatcar(head: head.replacing("Na Cl\n", with: "")),
      .refused(":6: found “1 1”, wanted the elements' symbols")),
    Oddity(
      "cartesian coordinates", xdatcar(direct: { "Cartesian configuration= \($0)" }),
      .refused(":9: found “0.1 0.2 0.3”, wanted the scale of the cell")),
    Oddity("NaN", xdatcar(["0.1 0.2 0.3", "NaN 0.5 0.6"]), .refused(":10: found “NaN”")),
    Oddity("stars", xdatcar(["0.1 0.2 0.3", "************ 0.5 0.6"]), .refused(":10: found “************”")),
    Oddity(
      "other counts later", xdatcar(between: head.replacing("1 1", with: "1 2")),
      .refused("other species or counts")),
    Oddity(
      "a frame cut short at the end", xdatcar(end: "Direct configuration=     3\n0.1 0.2 0.3\n"),
      .warned(frames: 2, second: [4, 5, 6], says: "frame 3 is cut short")),
    Oddity(
      "missing configurations", xdatcar(end: "Direct configuration=     5\n0.1 0.2 0.3\n0.4 0.5 0.6\n"),
      .refused("configuration 5 after 2")),
    Oddity(
      "garbage at the end", xdatcar(end: "done\n"),
      .warned(frames: 2, second: [4, 5, 6], says: "frame 3 is cut short")),
  ]

  @Test(arguments: xdatcars) func xdatcar(oddity: Oddity) throws { try check(oddity, as: "XDATCAR") }
}
