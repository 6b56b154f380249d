import Foundation
import Mathematics
import Support
import TestSupport
import Testing

@testable import Labelling

/// Templates of VASP, CP2K and pw.x, with a program in their place that prints what they print.
@Suite(.needs(.python)) struct TemplateTests {
  private func template(_ program: String, in folder: TemporaryFolder, _ change: (String, String)? = nil)
    throws
    -> String
  {
    try FileManager.default.createDirectory(
      atPath: folder.file("template"), withIntermediateDirectories: true)
    for (name, text) in try #require(EngineProgram(rawValue: program)).template {
      _ = try folder.file("template/\(name)", change.map { text.replacing($0.0, with: $0.1) } ?? text)
    }
    return folder.file("template")
  }

  private func command(_ program: String) throws -> String {
    try #require(EngineProgram(rawValue: program)?.command)
  }

  private func labeller(
    _ folder: TemporaryFolder, _ program: String, _ mode: TemplateEngine.Mode = .local(2)
  ) throws -> (labeller: Labeller, engine: TemplateEngine) {
    let engine = try TemplateEngine(
      template: folder.file("template"), command: try command(program), mode: mode)
    let request = LabelRequest(files: [folder.file("in.extxyz")], output: folder.file("train.extxyz"))
    return (try Labeller(request, engine: engine), engine)
  }

  private func run(_ folder: TemporaryFolder, _ program: String, _ mode: TemplateEngine.Mode = .local(2))
    throws
    -> LabelReport
  {
    try labeller(folder, program, mode).labeller.run()
  }

  /// Energies, forces and stresses in eV and Å, of atoms in any order, and what is refused.
  @Test(arguments: ["vasp", "cp2k", "pw"]) func framesAreLabelled(_ program: String) throws {
    let folder = try TemporaryFolder()
    _ = try template(program, in: folder)
    let good = [SampleFrame(0), SampleFrame(1, elements: ["Li", "F", "F"]), SampleFrame(2)]
    let bad = [
      SampleFrame(3, height: 11), SampleFrame(4, height: 12), SampleFrame(5, height: 13),
      SampleFrame(6, height: 14), SampleFrame(7, height: 15),
    ]
    _ = try folder.frames("in.extxyz", [good[0], bad[0], good[1]] + bad[1...] + [good[2]])
    let report = try run(folder, program)
    try #require(report.labelled == 3 && report.refused.count == 5 && report.missing == 0)
    let found = try labelled(folder.file("train.extxyz"))
    #expect(found.map(\.frame.info["source"]) == [1, 3, 8].map { "\(folder.file("in.extxyz")) frame \($0)" })
    for (sample, one) in zip(good, found) {
      // Ten digits behind the point are printed, in Ry, Ha or kbar.
      #expect(difference(sample.springs, one.label) < 1e-7, "\(program)")
      #expect(one.frame.symbols == sample.elements && one.frame.info["tag"] == "t")
      #expect(one.frame.info["label_engine"]?.contains(": template (") == true)
    }
    #expect(report.refused.map { $0.source.split(separator: " ").last } == ["2", "4", "5", "6", "7"])
    let reasons = report.refused.map(\.text)
    #expect(reasons[0].contains(program == "vasp" ? "NELM = 40" : "NOT"))
    #expect(reasons[1].contains("exit code 1 and without a whole result: no such functional: PBX"))
    #expect(reasons[2].contains("force on atom") && reasons[2].contains("is NaN or infinity"))
    #expect(reasons[3].contains("without a whole result"))
    #expect(reasons[4].contains("has 2 atoms, the frame 3"))
    let refused = try folder.text("train.refused.extxyz")
    #expect(reasons.allSatisfy { refused.contains("refused=\"\($0.replacing("\"", with: "'"))\"") })
    #expect(!refused.contains("energy=") && !refused.contains("forces"))
  }

  /// What has a result is not run again, what has failed is; a new command finds all of it.
  @Test func failedFramesAreTriedAgain() throws {
    let folder = try TemporaryFolder()
    _ = try template("cp2k", in: folder)
    _ = try folder.frames(
      "in.extxyz", [SampleFrame(0), SampleFrame(1, height: 11), SampleFrame(2, height: 16)])
    let first = try run(folder, "cp2k", .local(1))
    #expect(first.labelled == 1 && first.refused.count == 2)
    #expect(first.refused[1].text.contains("out of memory"))
    let logs = try FileManager.default.subpathsOfDirectory(atPath: folder.file("train.work")).filter {
      $0.hasSuffix(".log")
    }
    let times = try logs.map {
      try FileManager.default.attributesOfItem(atPath: folder.file("train.work/\($0)"))[.modificationDate]
        as? Date
    }
    let second = try run(folder, "cp2k", .local(1))
    #expect(second.labelled == 2 && second.refused.map { $0.source.suffix(1) } == ["2"])
    #expect(try folder.text("train.work/starts") == "xx")
    let later = try logs.map {
      try FileManager.default.attributesOfItem(atPath: folder.file("train.work/\($0)"))[.modificationDate]
        as? Date
    }
    // Of the three frames' logs one has changed, and that of all commands.
    #expect(zip(times, later).count { $0 != $1 } <= 2)
    // Labels remain when the folders do not.
    let text = try folder.text("train.extxyz")
    try FileManager.default.removeItem(atPath: folder.file("train.work/frames"))
    let third = try run(folder, "cp2k", .collect)
    #expect(third.labelled == 2 && third.refused.count == 1)
    #expect(try folder.text("train.extxyz") == text)
  }

  /// What an interrupted start has left is removed before the next one.
  @Test func startsBeginAnew() throws {
    let folder = try TemporaryFolder()
    _ = try template("pw", in: folder)
    _ = try folder.frames("in.extxyz", [SampleFrame(0)])
    let (labeller, engine) = try labeller(folder, "pw", .prepare(elsewhere: []))
    #expect(try labeller.run().missing == 1 && engine.prepared.count == 1)
    let place = folder.file("train.work/" + FrameFolders.place(of: engine.prepared[0]))
    try FileManager.default.createDirectory(
      atPath: place + "/pwscf.save/.old", withIntermediateDirectories: true)
    for name in ["engine.log", "old.out", ".hidden", "-n"] {
      try Data("Program PWSCF v.1\n".utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)"))
    }
    engine.mode = .local(1)
    #expect(try labeller.run().labelled == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place).sorted()
        == [".inputs", "Li.gth", "engine.log", "exit-code", "pw.in"])
  }

  /// Results that come later, of tasks that somebody else has started.
  @Test func tasksElsewhereAreWaitedFor() throws {
    let folder = try TemporaryFolder()
    _ = try template("vasp", in: folder)
    _ = try folder.frames("in.extxyz", [SampleFrame(0), SampleFrame(1), SampleFrame(2)])
    let (labeller, engine) = try labeller(folder, "vasp", .prepare(elsewhere: []))
    let report = try labeller.run()
    #expect(report.missing == 3 && !report.isComplete && engine.prepared.count == 3)
    #expect(!folder.exists("train.extxyz"))
    let frames = engine.prepared
    engine.mode = .prepare(elsewhere: [frames[1].digest])
    let second = try labeller.run()
    #expect(second.underWay == 1 && engine.prepared.map(\.digest) == [frames[0].digest, frames[2].digest])
    // As a task of the array runs it.
    let script = try BatchLabelling.writeScript(engine.prepared, in: labeller.request.folder)
    for task in 0..<2 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = [script]
      process.environment = ProcessInfo.processInfo.environment.merging(["SLURM_ARRAY_TASK_ID": "\(task)"]) {
        $1
      }
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    engine.mode = .collect
    let last = try labeller.run()
    #expect(last.labelled == 2 && last.missing == 1)
    #expect(try labelled(folder.file("train.extxyz")).map(\.frame.info["source"]?.last) == ["1", "3"])
  }

  @Test func otherTemplatesAreRefused() throws {
    let folder = try TemporaryFolder()
    _ = try template("vasp", in: folder)
    _ = try folder.frames("in.extxyz", [SampleFrame(0)])
    #expect(try run(folder, "vasp").labelled == 1)
    // POSCAR is replaced: what it says does not matter.
    _ = try folder.file("template/POSCAR", "another\n")
    #expect(try run(folder, "vasp").labelled == 1)
    _ = try folder.file("template/INCAR", "ENCUT = 400\n")
    let error = try #require(throws: InputError.self) { try run(folder, "vasp") }
    #expect(error.description.contains("wanted the engine of the labels in this folder"))
    // Before the first label too, as the folders are of the other template.
    let other = try TemporaryFolder()
    _ = try template("pw", in: other)
    _ = try other.frames("in.extxyz", [SampleFrame(0)])
    _ = try run(other, "pw", .prepare(elsewhere: []))
    _ = try template("pw", in: other, ("tstress = .true.", "tstress = .false."))
    #expect(throws: InputError.self) { try run(other, "pw", .prepare(elsewhere: [])) }
  }

  /// Nothing is run for frames that it can't be run for.
  @Test func brokenCommandsEnd() throws {
    let folder = try TemporaryFolder()
    _ = try template("pw", in: folder)
    _ = try folder.frames("in.extxyz", (0..<9).map { SampleFrame($0, height: 12) })
    let error = try #require(throws: RunFailure.self) { try run(folder, "pw", .local(1)) }
    #expect(error.description.contains("failed at the first 3 frames") && error.description.contains("PBX"))
    let started = try FileManager.default.subpathsOfDirectory(atPath: folder.file("train.work")).filter {
      $0.hasSuffix("exit-code")
    }
    #expect(started.count == 3)
    // Once the program has worked, frames at which it fails are those frames' matter.
    _ = try folder.frames("in.extxyz", [SampleFrame(0)] + (1..<6).map { SampleFrame($0, height: 12) })
    #expect(try run(folder, "pw", .local(1)).labelled == 1)
    let again = try run(folder, "pw", .local(1))
    #expect(again.labelled == 1 && again.refused.count == 5)
  }

  /// The template's own script runs the program, and is none of what labels depend on.
  @Test func templatesMayHaveAScript() throws {
    let folder = try TemporaryFolder()
    _ = try template("cp2k", in: folder)
    _ = try folder.frames("in.extxyz", [SampleFrame(0)])
    func run() throws -> LabelReport {
      let engine = try TemplateEngine(template: folder.file("template"), command: nil, mode: .local(1))
      let request = LabelRequest(files: [folder.file("in.extxyz")], output: folder.file("train.extxyz"))
      return try Labeller(request, engine: engine).run()
    }
    #expect(throws: InputError.self) { try run() }
    _ = try folder.file("template/run.sh", "echo not yet; exit 1\n")
    #expect(try run().refused.first?.text.contains("exit code 1 and without a whole result: not yet") == true)
    _ = try folder.file("template/run.sh", try command("cp2k") + "\n")
    #expect(try run().labelled == 1)
  }

  @Test(arguments: [
    ("vasp", "VRHFIN", "VRHXXX", "VRHFIN =Na: …"), ("vasp", "=Li:", "=Na:", "two data sets of Na"),
    ("vasp", "=Li:", "=Rb:", "wanted elements of"), ("vasp", "End of Dataset", "", "no data set"),
    ("cp2k", "{cell}", "A 1 0 0", "no place for the cell"), ("cp2k", "&FORCES ON", "", "&FORCES ON in"),
    ("pw", "{atoms}", "3", "{atoms}, for nat"), ("pw", "{coordinates}", "", "{coordinates}, for the card"),
    ("pw", "tprnfor", "tprn", "tprnfor = .true."), ("pw", "'./'", "'/scratch/me'", "outdir = '/scratch/me'"),
    ("pw", "ATOMIC_SPECIES", "SPECIES", "found no input"),
    ("pw", "a pseudopotential", "ATOMIC_SPECIES", "found Li.gth, pw.in"),
  ]) func badTemplates(_ program: String, _ old: String, _ new: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    _ = try template(program, in: folder, (old, new))
    _ = try folder.frames("in.extxyz", [SampleFrame(0)])
    let error = try #require(throws: InputError.self) { try run(folder, program) }
    #expect(error.description.contains(message), "\(error)")
  }

  @Test func templatesHaveNoResults() throws {
    let folder = try TemporaryFolder()
    _ = try template("vasp", in: folder)
    _ = try folder.frames("in.extxyz", [SampleFrame(0)])
    _ = try folder.file("template/vasprun.xml", "<modeling/>")
    let error = try #require(throws: InputError.self) { try run(folder, "vasp") }
    #expect(error.description.contains("vasprun.xml: found a result"))
    try FileManager.default.removeItem(atPath: folder.file("template/vasprun.xml"))
    try FileManager.default.createDirectory(
      atPath: folder.file("template/sub"), withIntermediateDirectories: true)
    #expect(throws: InputError.self) { try run(folder, "vasp") }
    let missing = try #require(throws: InputError.self) {
      try TemplateEngine(template: folder.file("none"), command: nil, mode: .collect)
    }
    #expect(missing.description.contains("which does not exist"))
  }

  /// A template of VASP keeps the order of its own elements, whatever the frame's.
  @Test func vaspHasItsAtomsByElement() throws {
    let folder = try TemporaryFolder()
    _ = try template("vasp", in: folder)
    _ = try folder.frames("in.extxyz", [SampleFrame(0)])
    chmod(folder.file("template/KPOINTS"), 0o750)
    let (labeller, engine) = try labeller(folder, "vasp", .prepare(elsewhere: []))
    _ = try labeller.run()
    let place = "train.work/" + FrameFolders.place(of: engine.prepared[0])
    let poscar = try folder.text("\(place)/POSCAR").split(separator: "\n").map(String.init)
    #expect(poscar[5...] == ["Li F", "1 2", "Cartesian", "1.9 2.2 0.3", "0.2 0.1 0.4", "0.5 1.1 2.8"])
    let potcar = try folder.text("\(place)/POTCAR")
    #expect(potcar.contains("PAW_PBE Li") && potcar.contains("PAW_PBE F") && !potcar.contains("Na"))
    #expect(FileManager.default.isExecutableFile(atPath: folder.file("\(place)/KPOINTS")))
    #expect(try folder.text("\(place)/KPOINTS") == EngineProgram.vasp.template["KPOINTS"])
  }
}
