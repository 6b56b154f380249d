import Foundation
import TestSupport
import Testing

@testable import Trajectory
@testable import TrajectoryImport

/// The user's names of elements are obeyed in every format, and what they change is said.
@Suite struct NamedAtomsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let box = "ITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n"

  private func dump(_ columns: String, _ rows: [String]) throws -> String {
    try folder.file(
      "a.dump",
      (0..<3).map { step in
        "ITEM: TIMESTEP\n\(step)\nITEM: NUMBER OF ATOMS\n\(rows.count)\n\(Self.box)ITEM: ATOMS \(columns)\n"
          + rows.map { "\($0)\n" }.joined()
      }.joined())
  }

  private func xyz(_ names: [String], lattice: Bool = true) throws -> String {
    let comment = lattice ? "Lattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3" : "plain"
    return try folder.file(
      "a.xyz",
      (0..<3).map { step in
        "\(names.count)\n\(comment)\n" + names.map { "\($0) \(step) 1 2\n" }.joined()
      }.joined())
  }

  private func xdatcar(_ names: String, _ counts: String) throws -> String {
    try folder.file(
      "XDATCAR",
      "x\n1\n9 0 0\n0 9 0\n0 0 9\n\(names)\n\(counts)\n"
        + (1...3).map { "Direct configuration= \($0)\n0.\($0) 0 0\n0.5 0.\($0) 0\n0.5 0.5 0.\($0)\n" }
        .joined())
  }

  private func read(_ path: String, _ elements: ImportHints.Elements?) throws -> (
    elements: [String], run: ImportedRun
  ) {
    var hints = ImportHints()
    hints.frameInterval_ps = 0.1
    hints.elements = elements
    hints.cell = nil
    let run = try ImportedRun([path], format: nil, hints: hints)
    return (run.atoms.elements, run)
  }

  private func message(_ path: String, _ elements: ImportHints.Elements?) -> String {
    do {
      _ = try read(path, elements)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func byNameInEveryFormat() throws {
    let labels = ImportHints.Elements.ofLabels(["Na1": "Na", "Xx": "Cl"])
    let wanted = ["Na", "H", "Cl"]
    #expect(try read(xyz(["Na1", "H", "Xx"]), labels).elements == wanted)
    #expect(
      try read(dump("id element x y z", ["1 Na1 0 0 0", "2 H 1 1 1", "3 Xx 2 2 2"]), labels).elements
        == wanted)
    #expect(
      try read(dump("id typelabel x y z", ["1 Na1 0 0 0", "2 H 1 1 1", "3 Xx 2 2 2"]), labels).elements
        == wanted)
    #expect(try read(xdatcar("Na1 H Xx", "1 1 1"), labels).elements == wanted)
    for path in try [xyz(["Na1", "H", "Xx"]), xdatcar("Na1 H Xx", "1 1 1")] {
      #expect(message(path, nil).contains("as --elements \"Na1=Na\""), "\(message(path, nil))")
    }
  }

  @Test func byOrderInEveryFormat() throws {
    let order = ImportHints.Elements.inOrder([("Na", 2), ("Cl", 1)])
    let wanted = ["Na", "Na", "Cl"]
    #expect(try read(xyz(["A1", "A1", "B"]), order).elements == wanted)
    #expect(try read(xdatcar("A B", "2 1"), order).elements == wanted)
    // By the ids: atoms come in any order there.
    #expect(try read(dump("id x y z", ["3 0 0 0", "1 1 1 1", "2 2 2 2"]), order).elements == wanted)
    let short = ImportHints.Elements.inOrder([("Na", 2)])
    for path in try [
      xyz(["A1", "A1", "B"]), xdatcar("A B", "2 1"), dump("id x y z", ["3 0 0 0", "1 1 1 1", "2 2 2 2"]),
    ] {
      #expect(
        message(path, short).contains("found 3 atoms, wanted 2, as --elements says"),
        "\(message(path, short))")
    }
  }

  @Test func byType() throws {
    let types = ImportHints.Elements.ofTypes([1: "Na", 2: "Cl"])
    #expect(try read(dump("id type x y z", ["1 1 0 0 0", "2 2 1 1 1"]), types).elements == ["Na", "Cl"])
    // LAMMPS's extXYZ has types where no elements were given to it.
    #expect(try read(xyz(["1", "2", "2"]), types).elements == ["Na", "Cl", "Cl"])
    #expect(message(try dump("id type x y z", ["1 3 0 0 0"]), types).contains("found the type 3"))
    #expect(message(try xyz(["Na1", "2", "2"]), types).contains("no column type"))
    #expect(message(try xyz(["1", "2", "2"]), nil).contains("“1”"))
  }

  /// The user's word wins over the file's, and both are said.
  @Test func contradictionsAreSaid() throws {
    let (elements, run) = try read(xyz(["Na", "Na", "Cl"]), .inOrder([("K", 2), ("Cl", 1)]))
    #expect(elements == ["K", "K", "Cl"])
    #expect(
      run.warnings.count == 1 && run.warnings[0].contains("2 atoms that the file names Na are taken as K"),
      "\(run.warnings)")
    let (byMass, other) = try read(
      dump("id type mass x y z", ["1 1 22.99 0 0 0", "2 2 35.45 1 1 1"]), .ofTypes([1: "K", 2: "Cl"]))
    #expect(byMass == ["K", "Cl"] && other.warnings.contains { $0.contains("are taken as K") })
  }

  /// Deuterium is hydrogen with its own mass.
  @Test func deuterium() throws {
    let (elements, run) = try read(xyz(["Na", "D", "H"]), nil)
    #expect(elements == ["Na", "H", "H"])
    #expect(run.atoms.masses_amu?.map { ($0 * 1000).rounded() / 1000 } == [22.99, 2.014, 1.008])
    #expect(try read(xyz(["Na", "H", "H"]), nil).run.atoms.masses_amu == nil)
  }
}
