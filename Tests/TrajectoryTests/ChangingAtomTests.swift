import Foundation
import HDF5
import TestSupport
import Testing

@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// What one frame says of the atoms and a later one says otherwise.
@Suite struct ChangingAtomTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func message(_ paths: [String], _ change: (inout ImportHints) -> Void = { _ in }) throws -> String {
    var hints = ImportHints()
    hints.mobile = "Na"
    hints.frameInterval_ps = 0.1
    change(&hints)
    do {
      let run = try ImportedRun(paths, format: nil, hints: hints)
      while try run.next() != nil {}
      return "no error"
    } catch let problem as TrajectoryProblem { return problem.description }
  }

  private func frame(
    _ step: Int, box: String = "0 9\n0 9\n0 9", columns: String = "id element type mass x y z",
    atoms: [String] = ["1 Na 1 22.99 0 0 0", "2 Cl 2 35.45 4 4 4"], before: String = ""
  ) -> String {
    "\(before)ITEM: TIMESTEP\n\(step)\nITEM: NUMBER OF ATOMS\n\(atoms.count)\nITEM: BOX BOUNDS pp pp pp\n\(box)\n"
      + "ITEM: ATOMS \(columns)\n\(atoms.joined(separator: "\n"))\n"
  }

  /// The case `elements-change`: the line, the atom, and both.
  @Test func inADump() throws {
    func refused(_ last: String, _ parts: String...) throws {
      let path = try folder.file("a.dump", frame(0) + frame(10) + last)
      let said = try message([path])
      for part in parts { #expect(said.contains(part), "\(said)") }
    }
    try refused(frame(20), "no error")
    try refused(frame(20, atoms: ["2 Cl 2 35.45 4 4 4", "1 Na 1 22.99 0 0 0"]), "no error")
    try refused(
      frame(20, atoms: ["1 Cl 1 22.99 0 0 0", "2 Na 2 35.45 4 4 4"]),
      "a.dump:32: found the element “Cl” for atom 1",
      "wanted Na, as in the first frame")
    try refused(
      frame(20, atoms: ["1 Na 2 22.99 0 0 0", "2 Cl 2 35.45 4 4 4"]), "the type “2” for atom 1", "wanted 1")
    try refused(
      frame(20, atoms: ["1 Na 1 22.99 0 0 0", "2 Cl 2 35 4 4 4"]), "the mass “35” for atom 2", "35.45")
    try refused(frame(20, atoms: ["1 Na x 22.99 0 0 0", "2 Cl 2 35.45 4 4 4"]), "the type “x”")
    try refused(
      frame(20, columns: "id element type mass xu yu zu"), "found the columns “id element type mass xu yu zu”"
    )
    try refused(frame(20, box: "9 0\n0 9\n0 9"), "xhi < xlo")
    try refused(
      frame(20, before: "ITEM: UNITS\nmetal\n") + frame(30, before: "ITEM: UNITS\nreal\n"), "the units real",
      "metal")
  }

  @Test func overTheFilesOfARun() throws {
    let first = try folder.file("a.dump", frame(0) + frame(10))
    let other = try folder.file(
      "b.dump", frame(20, atoms: ["1 Na 1 6.94 0 0 0", "2 Cl 2 35.45 4 4 4"]))
    #expect(try message([first, other]).contains("b.dump: found the mass 6.94 for atom 1, wanted 22.99"))
  }

  @Test func inExtXYZ() throws {
    func frame(
      _ lattice: String = "9 0 0 0 9 0 0 0 9", _ properties: String = "species:S:1:pos:R:3", _ atom: String
    )
      -> String
    { "1\nLattice=\"\(lattice)\" Properties=\(properties)\n\(atom)\n" }
    let good = frame("9 0 0 0 9 0 0 0 9", "species:S:1:pos:R:3", "Na 0 0 0")
    func said(_ last: String) throws -> String { try message([try folder.file("a.xyz", good + good + last)]) }
    #expect(try said(good) == "no error")
    #expect(try said(frame("9 0 0 0 9 0 0 0 9", "species:S:1:pos:R:3", "Cl 0 0 0")).contains("a.xyz:9"))
    #expect(
      try said(frame("9 0 0 0 9 0 0 0 9", "pos:R:3:species:S:1", "0 0 0 Na")).contains("other columns"))
    #expect(
      try said(frame("9 0 0 0 9 0 0 0 -9", "species:S:1:pos:R:3", "Na 0 0 0")).contains(
        "a left-handed cell in frame 3"))
  }

  @Test func inXDATCAR() throws {
    func head(_ names: String, _ edge: String = "9") -> String {
      "x\n1\n9 0 0\n0 9 0\n0 0 \(edge)\n\(names)\n1 1\n"
    }
    func configuration(_ number: Int) -> String { "Direct configuration= \(number)\n0 0 0\n0.5 0.5 0.5\n" }
    func said(_ second: String) throws -> String {
      try message([
        try folder.file("XDATCAR", head("Na Cl") + configuration(1) + second + configuration(2))
      ])
    }
    #expect(try said(head("Na Cl")) == "no error")
    #expect(try said(head("Cl Na")).contains("other species"))
    #expect(try said(head("Na Cl", "-9")).contains("left-handed"))
  }

  @Test(arguments: ["species", "mass", "edges"]) func inH5MD(_ changing: String) throws {
    func make(_ changes: Bool) throws -> String {
      let path = folder.file("\(UUID().uuidString).h5")
      let file = try HDF5File.create(path)
      let group = try file.root().createGroup("particles").createGroup("all")
      let position = try group.createGroup("position")
      try position.writeDataset("value", (0..<18).map { Double($0) / 100 }, shape: [3, 2, 3])
      let box = try group.createGroup("box")
      try box.setAttribute("boundary", ["periodic", "periodic", "periodic"])
      let last = changes && changing == "edges" ? -9.0 : 9
      try box.createGroup("edges").writeDataset("value", [9, 9, 9, 9, 9, 9, last, 9, 9], shape: [3, 3])
      let species: [Int64] =
        changes && changing == "species" ? [11, 17, 11, 17, 17, 11] : [11, 17, 11, 17, 11, 17]
      try group.createGroup("species").writeDataset("value", species, shape: [3, 2])
      let masses: [Double] =
        changes && changing == "mass" ? [23, 35, 23, 35, 23, 37] : [23, 35, 23, 35, 23, 35]
      try group.createGroup("mass").writeDataset("value", masses, shape: [3, 2])
      try file.close()
      return path
    }
    #expect(try message([try make(false)]) == "no error")
    let said = try message([try make(true)])
    let wanted = [
      "species": "17.0 for atom 1 in frame 3", "mass": "37.0 for atom 2 in frame 3", "edges": "-9",
    ]
    #expect(said.contains(wanted[changing] ?? "?"), "\(said)")
  }

  /// The case `control-characters`: a name that would shift columns or lines of other files.
  @Test(arguments: ["B 1\nNa 0 0 0 99 Na", "a b", "a/b", "../x", "\u{1b}[2J", "", "Å", "a,b", "'"])
  func namesOfSpecies(_ name: String) {
    #expect(!isSpeciesName(name))
  }

  @Test func usualNamesOfSpecies() {
    for name in ["Na", "B12H12", "CB11H12", "Fe(CN)6", "SO4_2-", "X+", "[a.b]"] {
      #expect(isSpeciesName(name))
    }
  }
}
