import Foundation
import Testing
import paddlewheel

/// Systems that can't be run are rejected before anything is written: exit code 2 and one message that says
/// what is wrong and where.
struct BadSystemTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Two Na and one B12H12, as ASE would write them, with edits.
  private func writeStructure(_ edit: (inout [String]) -> Void = { _ in }) throws {
    let positions = [
      (0.0, 0.89, 1.44005), (0.0, 0.89, -1.44005), (0.0, -0.89, 1.44005), (0.0, -0.89, -1.44005),
      (1.44005, 0.0, 0.89), (-1.44005, 0.0, 0.89), (1.44005, 0.0, -0.89), (-1.44005, 0.0, -0.89),
      (0.89, 1.44005, 0.0), (0.89, -1.44005, 0.0), (-0.89, 1.44005, 0.0), (-0.89, -1.44005, 0.0),
    ]
    // The same directions at 2.893 Å: regular icosahedra, B–H 1.20 Å.
    let outward = 2.46083 / 1.44005
    var atoms = positions.map { "B \($0) \($1) \($2)" }
    atoms += positions.map { "H \($0 * outward) \($1 * outward) \($2 * outward)" }
    atoms += ["Na 5 0 0", "Na 0 5 0"]
    edit(&atoms)
    let comment = #"Lattice="10 0 0 0 10 0 0 0 10" Properties=species:S:1:pos:R:3"#
    try folder.write(([String(atoms.count), comment] + atoms).joined(separator: "\n") + "\n", to: "a.extxyz")
  }

  private func manifest(_ structure: String = "a.extxyz") -> SmallStudy {
    var study = SmallStudy()
    study.system = "{structure: \(structure), supercell: [1, 1, 1]}"
    study.ranks = 1
    return study
  }

  /// Expects that `plan` and `run` both reject the manifest and write nothing.
  private func expectRefused(_ text: String, _ fragments: String...) throws {
    try folder.write(text, to: "small.yaml")
    let before = try contents(folder.path)
    for verb in ["run", "plan"] {
      let result = try paddlewheel(verb, "small.yaml", "--output", "study", in: folder.path)
      #expect(result.exitCode == 2, "\(verb): \(result.errors)")
      #expect(result.output == "")
      #expect(result.errors.hasPrefix("paddlewheel: "))
      #expect(result.errors.split(separator: "\n").count == 1, "\(verb): one message in one line")
      for fragment in fragments { #expect(result.errors.contains(fragment), "\(verb): \(result.errors)") }
      #expect(try contents(folder.path) == before, "\(verb) has written something")
    }
  }

  /// The unmodified structure is valid.
  @Test func theStructureBeforeItIsSpoiltIsTaken() throws {
    try writeStructure()
    try folder.write(manifest().text, to: "small.yaml")
    let result = try paddlewheel("plan", "small.yaml", in: folder.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.contains(" 26 "))
  }

  @Test func overlappingAtoms() throws {
    try writeStructure { $0[25] = "Na 5.3 0 0" }
    try expectRefused(manifest().text, "a.extxyz", "Na (atom 24)", "Na (atom 25)", "0.3 Å apart")
  }

  @Test func aStructureFileThatIsNotThere() throws {
    try expectRefused(manifest("nowhere.extxyz").text, "small.yaml:3:", "system.structure", "nowhere.extxyz")
  }

  @Test func aStructureFileWithTooFewAtoms() throws {
    try writeStructure()
    let path = "\(folder.path)/a.extxyz"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try folder.write(text.replacing("Na 0 5 0\n", with: ""), to: "a.extxyz")
    try expectRefused(manifest().text, "a.extxyz:28", "found 25 atoms, wanted 26")
  }

  @Test func aStructureFileWithAPositionThatIsNoNumber() throws {
    try writeStructure { $0[24] = "Na 5 zero 0" }
    try expectRefused(manifest().text, "a.extxyz:27", "zero")
  }

  @Test func aStructureFileThatIsNoText() throws {
    try Data([0xff, 0xfe, 0x00, 0x80]).write(to: URL(fileURLWithPath: "\(folder.path)/a.extxyz"))
    try expectRefused(manifest().text, "a.extxyz")
  }

  @Test func aChargeThatIsNotZero() throws {
    try writeStructure { $0.removeLast() }
    try expectRefused(manifest().text, "charge is -0.73", "wanted 0")
  }

  @Test func aMoleculeThatThePotentialDoesNotKnow() throws {
    try writeStructure { $0.append("B 5 5 5") }
    try expectRefused(manifest().text, "B ")
  }

  @Test func anIonThatThePotentialDoesNotKnow() throws {
    try writeStructure { $0[25] = "Xe 0 5 0" }
    try expectRefused(manifest().text, "Xe")
  }

  @Test func moreRanksThanCanShareTheCell() throws {
    try writeStructure()
    var study = manifest()
    study.ranks = 64
    try expectRefused(study.text, "resources.ranks", "64", "the largest number that can is ")
  }

  @Test func moreRanksOnTheCommandLineThanCanShareTheCell() throws {
    try writeStructure()
    try folder.write(manifest().text, to: "small.yaml")
    let result = try paddlewheel(
      "run", "small.yaml", "--output", "study", "--ranks", "64", in: folder.path)
    #expect(result.exitCode == 2)
    #expect(result.errors.contains("the largest number that can is "), "\(result.errors)")
    #expect(try contents(folder.path) == ["a.extxyz", "small.yaml"], "a study was written")
  }

  @Test(arguments: [
    ("temperature: 700 K", "temperature: -700 K", "sweep.temperature"),
    ("temperature: 700 K", "temperature: 700", "sweep.temperature"),
    ("timestep: 1 fs", "timestep: 1", "dynamics.timestep"),
    ("timestep: 1 fs", "timestep: 1 K", "dynamics.timestep"),
    ("timestep: 1 fs", "timstep: 1 fs", "timstep"),
    ("cutoff: 9 Å", "cutoff: -9 Å", "forces.cutoff"),
    ("cutoff: 9 Å", "cutoff: 1 Å", "forces.cutoff"),
    ("sample: 0.5 ps", "sample: 0 ps", "stages.sample"),
    ("mobile: 10 fs", "mobile: 0.3 fs", "record.mobile"),
    ("ranks: 2", "ranks: 0", "resources.ranks"),
    ("seed: 7", "seed: -1.5", "seed"),
  ])
  func aBadValue(_ old: String, _ new: String, _ key: String) throws {
    let text = SmallStudy().text
    try #require(text.contains(old))
    try expectRefused(text.replacing(old, with: new), "small.yaml:", key)
  }

  // MARK: where the study goes

  @Test func aDirectoryWithOtherFilesIsLeftAlone() throws {
    try FileManager.default.createDirectory(atPath: "\(folder.path)/study", withIntermediateDirectories: true)
    try folder.write("mine", to: "study/notes.txt")
    try expectRefused(SmallStudy().text, "study", "notes.txt")
    #expect(try contents("\(folder.path)/study") == ["notes.txt"])
  }

  @Test func aDirectoryWithAnotherStudyIsLeftAlone() throws {
    var other = SmallStudy()
    other.seed = 8
    let study = try other.plan(in: folder)
    let before = try study.files(in: "")
    try folder.write(SmallStudy().text, to: "small.yaml")
    for verb in ["run", "plan"] {
      let result = try paddlewheel(verb, "small.yaml", "--output", "study", in: folder.path)
      #expect(result.exitCode == 2)
      #expect(result.errors.contains("another study") && result.errors.contains("seed: 8, 7"), "\(result)")
      #expect(try study.files(in: "") == before)
    }
  }

  @Test func aFileInPlaceOfTheDirectoryIsLeftAlone() throws {
    try folder.write("mine", to: "study")
    try expectRefused(SmallStudy().text, "study")
    #expect(try String(contentsOfFile: "\(folder.path)/study", encoding: .utf8) == "mine")
  }

  /// What a run would compute is fixed when the study is written: it has a copy of the file.
  @Test func aStructureFileThatChangedSinceIsRefusedByANewStart() throws {
    try writeStructure()
    let study = try manifest().plan(in: folder)
    try writeStructure { $0[24] = "Na 5.01 0 0" }
    #expect(try paddlewheel("status", study.path, in: folder.path).exitCode == 0)
    let other = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
    #expect(other.exitCode == 2)
    #expect(other.errors.contains("another study") && other.errors.contains("system.structure"), "\(other)")
    // The copy itself.
    try FileManager.default.removeItem(atPath: "\(study.path)/inputs/a.extxyz")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/a.extxyz", toPath: "\(study.path)/inputs/a.extxyz")
    #expect(try paddlewheel("status", study.path, in: folder.path).exitCode == 0)
    let own = try paddlewheel("run", "study/study.yaml", "--output", "study", in: folder.path)
    #expect(own.exitCode == 2)
    #expect(own.errors.contains("the file has changed since the study was planned"), "\(own.errors)")
  }
}
