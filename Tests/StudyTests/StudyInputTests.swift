import Foundation
import Testing

@testable import Manifest
@testable import StudyStore
@testable import Support

/// A study keeps what it was made from: it needs nothing outside of its folder, wherever that is.
struct StudyInputTests {
  private let files = FileManager.default

  private func manifest(
    structure: String = "system: {structure: a.extxyz}", potential: String = "paddlewheel-ff",
    sweep: String = ""
  ) -> String {
    """
    study: moved
    \(structure)
    potential: \(potential)
    stages: {sample: 1 ps}
    sweep: {temperature: [600 K]\(sweep)}
    """
  }

  /// A folder with a manifest, structures and a model; and the study's path.
  private func with(_ text: String, _ body: (_ folder: String, _ study: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for path in ["cf", "other"] {
        try files.createDirectory(atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
      }
      for (path, content) in [
        ("a.extxyz", "a"), ("cf/a.extxyz", "one"), ("cf/b.extxyz", "two"), ("other/a.extxyz", "three"),
        ("model.txt", "nep"), ("p.json", "{}"), ("m.yaml", text),
      ] { try write(content, to: "\(folder)/\(path)") }
      try body(folder, "\(folder)/s")
    }
  }

  private func create(_ folder: String, _ study: String) throws -> StudyDirectory {
    try StudyDirectory(creating: study, plan: StudyPlan(manifestAt: "\(folder)/m.yaml"))
  }

  private func content(_ path: String) -> String? {
    files.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func aStudyHasCopiesOfItsInputs() throws {
    try with(manifest(potential: "{nep: model.txt}")) { folder, study in
      let made = try create(folder, study)
      #expect(content("\(study)/inputs/a.extxyz") == "a")
      #expect(content("\(study)/inputs/model.txt") == "nep")
      #expect(try files.contentsOfDirectory(atPath: "\(study)/inputs").sorted() == ["a.extxyz", "model.txt"])
      let yaml = try #require(content("\(study)/study.yaml"))
      #expect(yaml.contains("structure: inputs/a.extxyz") && yaml.contains("nep: inputs/model.txt"))
      #expect(!yaml.contains(folder), "no path of this machine")
      #expect(made.plan.files.map(\.path) == ["\(study)/inputs/a.extxyz", "\(study)/inputs/model.txt"])
      #expect(made.plan.resolvedYAML == withoutSeal(yaml))
    }
  }

  /// The active set that a description names is kept beside it, each model with its own.
  @Test(arguments: [
    ("paddlewheel-ff", ", potential: [one/potential.yaml, two/potential.yaml]"),
    ("{nep: one/nep.txt}", ", potential.nep: [one/nep.txt, two/nep.txt]"),
  ])
  func activeSetsStayBesideTheirDescriptions(_ potential: String, _ sweep: String) throws {
    let text = manifest(structure: "system: {structure: nabh4}", potential: potential, sweep: sweep)
    try with(text) { folder, study in
      for (place, order) in [("one", "rows"), ("two", "columns")] {
        try files.createDirectory(atPath: "\(folder)/\(place)", withIntermediateDirectories: false)
        try write("nep of \(place)", to: "\(folder)/\(place)/nep.txt")
        try write("set of \(place)", to: "\(folder)/\(place)/nep.asi")
        try write(
          "model: x\nnep: nep.txt\nactive-set: nep.asi\nactive-set-order: \(order)\n",
          to: "\(folder)/\(place)/potential.yaml")
      }
      let made = try create(folder, study)
      let opened = try StudyDirectory(opening: study)
      #expect(opened.runs == made.runs && opened.plan.resolvedYAML == made.plan.resolvedYAML)
      for (number, run) in opened.runs.enumerated() {
        let nep = try #require(try run.manifest.simulation.potential.nep)
        #expect(nep.activeSet?.name == "inputs/potential-\(number + 1)/nep.asi")
        #expect(nep.activeSetOrder == (number == 0 ? .rows : .columns))
        #expect(content(nep.activeSet?.path ?? "") == "set of \(["one", "two"][number])")
        try opened.plan.verifyFiles(of: run)
      }
      try write("another", to: "\(study)/inputs/potential-2/nep.asi")
      #expect(throws: InputError.self) { try opened.plan.verifyFiles(of: opened.runs[1]) }
    }
  }

  /// A model of the program is copied as one of the user's: another version of the program leaves the study as it is.
  @Test(arguments: [
    ("paddlewheel-nep", ""), ("{name: paddlewheel-nep, accept: trusted}", ""),
    ("paddlewheel-ff", ", potential: [paddlewheel-ff, paddlewheel-nep]"),
  ])
  func modelsOfTheProgramAreCopied(_ potential: String, _ sweep: String) throws {
    let text = manifest(
      structure: "system: {structure: na2b12h12-bcc}", potential: potential, sweep: sweep)
    try with(text) { folder, study in
      let made = try create(folder, study)
      let opened = try StudyDirectory(opening: study)
      #expect(opened.runs == made.runs && opened.plan.resolvedYAML == made.plan.resolvedYAML)
      #expect(!opened.plan.resolvedYAML.contains("Resources"), "no path of this machine")
      let last = try #require(opened.runs.last)
      let specification = try last.manifest.simulation.potential
      let nep = try #require(specification.nep)
      #expect(nep.models.count == 4 && nep.models.allSatisfy { $0.path.hasPrefix("\(study)/inputs/") })
      #expect(try specification.verdict(ions: ["Na", "B12H12"])?.effective == .trusted)
      try opened.plan.verifyFiles(of: last)
    }
  }

  /// What the manifest says of an active set comes before the description.
  @Test(arguments: [
    ("active-set: none", nil), ("active-set: other.asi", "inputs/potential-1/other.asi"),
    ("active-set-order: columns", "inputs/potential-1/nep.asi"),
    ("description: none", nil),
  ])
  func theManifestSaysWhichActiveSet(_ key: String, _ name: String?) throws {
    try with(manifest(structure: "system: {structure: nabh4}", potential: "{nep: model.txt, \(key)}")) {
      folder, study in
      for file in ["nep.asi", "other.asi"] { try write(file, to: "\(folder)/\(file)") }
      try write("model: x\nactive-set: nep.asi\n", to: "\(folder)/potential.yaml")
      _ = try create(folder, study)
      let opened = try StudyDirectory(opening: study)
      let nep = try #require(try opened.plan.manifest.simulation.potential.nep)
      #expect(nep.activeSet?.name == name)
      #expect(nep.activeSetOrder == (key.contains("order") ? .columns : nil))
    }
  }

  /// An active set is that of one model, in the folder of its description.
  @Test(arguments: [
    ("nep: [model.txt, model.txt]\nactive-set: nep.asi", "wanted one model"),
    ("nep: model.txt\nactive-set: sets/nep.asi", "without a folder"),
    ("nep: model.txt\nactive-set: nep.asi\nactive-set-order: diagonal", "active-set-order"),
  ])
  func oddActiveSetsOfDescriptionsAreRefused(_ lines: String, _ words: String) throws {
    try with(manifest(potential: "potential.yaml")) { folder, study in
      try write("model: x\n\(lines)\n", to: "\(folder)/potential.yaml")
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  /// Moved, edited, deleted: what is on disk is read as it was.
  @Test(arguments: ["move", "edit", "delete"]) func theOriginalIsNotNeeded(_ change: String) throws {
    try with(manifest()) { folder, study in
      let made = try create(folder, study)
      switch change {
      case "move": try files.moveItem(atPath: "\(folder)/a.extxyz", toPath: "\(folder)/b.extxyz")
      case "edit": try write("b", to: "\(folder)/a.extxyz")
      default: try files.removeItem(atPath: "\(folder)/a.extxyz")
      }
      let opened = try StudyDirectory(opening: study)
      #expect(opened.runs == made.runs)
      try opened.plan.verifyFiles(of: opened.runs[0])
      // A new start from the manifest in the study is the same study; one from the changed file is another.
      let again = try StudyDirectory(creating: study, plan: StudyPlan(manifestAt: "\(study)/study.yaml"))
      #expect(again.runs == made.runs)
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(error?.description.contains(change == "edit" ? "another study" : "a file that exists") == true)
    }
  }

  @Test func aStudyIsMovedAsAWhole() throws {
    try with(manifest(potential: "p.json", sweep: ", system.structure: [cf/a.extxyz, cf/b.extxyz]")) {
      folder, study in
      let made = try create(folder, study)
      let there = "\(folder)/far/away"
      try files.createDirectory(atPath: "\(folder)/far", withIntermediateDirectories: true)
      try files.moveItem(atPath: study, toPath: there)
      for path in ["cf", "p.json", "a.extxyz"] { try files.removeItem(atPath: "\(folder)/\(path)") }
      let opened = try StudyDirectory(opening: there)
      #expect(opened.runs.map(\.directoryName) == made.runs.map(\.directoryName))
      #expect(opened.plan.files.allSatisfy { $0.path.hasPrefix("\(there)/inputs/") })
      for run in opened.runs { try opened.plan.verifyFiles(of: run) }
    }
  }

  @Test func aCopyThatIsNotWhatItWasIsRefusedByANewStartAlone() throws {
    try with(manifest()) { folder, study in
      _ = try create(folder, study)
      try write("b", to: "\(study)/inputs/a.extxyz")
      let opened = try StudyDirectory(opening: study)
      let error = #expect(throws: InputError.self) { try opened.plan.verifyFiles(of: opened.runs[0]) }
      #expect(error?.description.contains("has changed since the study was planned") == true)
      #expect(throws: InputError.self) { try create(folder, study) }
      // A copy that is gone is made again.
      try files.removeItem(atPath: "\(study)/inputs/a.extxyz")
      _ = try create(folder, study)
      #expect(content("\(study)/inputs/a.extxyz") == "a")
    }
  }

  /// Killed between the copies and the manifest.
  @Test func aHalfMadeStudyIsFinished() throws {
    try with(manifest()) { folder, study in
      _ = try create(folder, study)
      try files.removeItem(atPath: "\(study)/study.yaml")
      try files.removeItem(atPath: "\(study)/runs")
      _ = try create(folder, study)
      #expect(content("\(study)/study.yaml") != nil)
    }
  }

  // MARK: axes

  @Test(arguments: [
    (
      "system: {supercell: [2, 2, 2]}", ", system.structure: [cf/a.extxyz, cf/b.extxyz]", "system.structure",
      ["inputs/a.extxyz", "inputs/b.extxyz"]
    ),
    (
      "system: {supercell: [2, 2, 2]}", ", system.structure: [cf/a.extxyz, other/a.extxyz, nabh4]",
      "system.structure", ["inputs/a.extxyz", "inputs/2/a.extxyz", "nabh4"]
    ),
    (
      "system: {structure: nabh4}", ", potential: [p.json, {nep: model.txt}, paddlewheel-ff]", "potential",
      ["inputs/p.json", "{nep: inputs/model.txt}", "paddlewheel-ff"]
    ),
    (
      "system: {structure: nabh4}", ", potential: [p.json, model.txt]", "potential",
      ["inputs/p.json", "inputs/model.txt"]
    ),
    // Each description stays beside the model that it names.
    (
      "system: {structure: nabh4}", ", potential: [one/a.yaml, two/b.yaml]", "potential",
      ["inputs/potential-1/a.yaml", "inputs/potential-2/b.yaml"]
    ),
    (
      "system: {structure: nabh4}", ", potential.nep: [model.txt, cf/../model2.txt]", "potential.nep",
      ["inputs/model.txt", "inputs/model2.txt"]
    ),
    (
      "seed: 1",
      ", system: [{structure: cf/a.extxyz, supercell: [1, 1, 2]}, {structure: other/a.extxyz}], "
        + "forces.cutoff: {from: 9 Å, to: 10 Å, step: 1 Å}",
      "system", ["{structure: inputs/a.extxyz, supercell: [1, 1, 2]}", "{structure: inputs/2/a.extxyz}"]
    ),
  ])
  func pathsOnAxes(_ system: String, _ sweep: String, _ axis: String, _ values: [String]) throws {
    let potential = axis == "potential.nep" ? "{nep: model.txt}" : "paddlewheel-ff"
    try with(manifest(structure: system, potential: potential, sweep: sweep)) { folder, study in
      try write("nep2", to: "\(folder)/model2.txt")
      for (place, name) in [("one", "a"), ("two", "b")] {
        try files.createDirectory(atPath: "\(folder)/\(place)", withIntermediateDirectories: false)
        try write("nep of \(name)", to: "\(folder)/\(place)/nep.txt")
        try write("model: x\nnep: nep.txt\n", to: "\(folder)/\(place)/\(name).yaml")
      }
      let made = try create(folder, study)
      let found = try made.manifest.simulation.sweep.axes.first { $0.path == axis }
      #expect(found?.values == values)
      let opened = try StudyDirectory(opening: study)
      #expect(opened.runs == made.runs)
      #expect(opened.plan.resolvedYAML == made.plan.resolvedYAML)
      for run in opened.runs { try opened.plan.verifyFiles(of: run) }
      if values.allSatisfy({ $0.hasSuffix(".yaml") }) {
        let models = opened.runs.flatMap(\.manifest.files).filter { $0.key == "potential.nep" }.map(
          \.file.name)
        #expect(Set(models) == ["inputs/potential-1/nep.txt", "inputs/potential-2/nep.txt"])
      }
      // Once more, from the manifest beside the files and from the study's own.
      #expect(try create(folder, study).runs == made.runs)
      let own = try StudyDirectory(creating: study, plan: StudyPlan(manifestAt: "\(study)/study.yaml"))
      #expect(own.runs == made.runs)
      // A file that is the whole value is named without its folder.
      if axis != "potential", axis != "system" {
        #expect(made.runs.allSatisfy { !$0.directoryName.contains("inputs") })
      }
    }
  }

  /// Relative to the manifest, from whatever folder the command is given; one that is missing is named.
  @Test func aMissingFileOfAnAxisIsNamed() throws {
    try with(manifest(sweep: ", system.structure: [cf/a.extxyz, cf/none.extxyz]")) { folder, study in
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(
        error?.description.contains("found '\(folder)/cf/none.extxyz', wanted a file that exists") == true)
      #expect(!files.fileExists(atPath: study))
    }
  }

  @Test func oneFileUnderTwoNamesIsOneValue() throws {
    try with(manifest(sweep: ", system.structure: [cf/a.extxyz, ./cf/a.extxyz]")) { folder, study in
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(error?.description.contains("one file more than once") == true)
    }
  }

  /// Two files with the same content are two values all the same.
  @Test func twinsAreTwo() throws {
    try with(manifest(sweep: ", system.structure: [cf/a.extxyz, cf/b.extxyz]")) { folder, study in
      try write("one", to: "\(folder)/cf/b.extxyz")
      #expect(try create(folder, study).runs.count == 2)
      #expect(try create(folder, study).runs.count == 2)
    }
  }

  // MARK: older studies

  /// The release before named files by absolute paths, and had no copies.
  @Test func aStudyOfTheLastReleaseIsOpenedAndGoesOn() throws {
    try with(manifest()) { folder, study in
      let made = try create(folder, study)
      let yaml = try #require(content("\(study)/study.yaml"))
      try write(
        withoutSeal(yaml).replacing("inputs/a.extxyz", with: "\(folder)/a.extxyz"), to: "\(study)/study.yaml")
      try files.removeItem(atPath: "\(study)/inputs")
      let again = try create(folder, study)
      #expect(again.runs.map(\.directoryName) == made.runs.map(\.directoryName))
      #expect(again.plan.files.map(\.path) == ["\(folder)/a.extxyz"])
      #expect(!files.fileExists(atPath: "\(study)/inputs"), "it keeps its names")
      try files.removeItem(atPath: "\(folder)/a.extxyz")
      #expect(try StudyDirectory(opening: study).runs == again.runs)
    }
  }

  // MARK: large, endless and odd files

  /// Above 50 MiB a file is copied only where the file system shares its blocks.
  @Test func aLargeModelIsNotCopiedTwice() throws {
    try with(manifest(structure: "system: {structure: nabh4}", potential: "{nep: model.txt}")) {
      folder, study in
      #expect(truncate("\(folder)/model.txt", off_t(StudyInputs.largest_bytes + 1)) == 0)
      let made = try create(folder, study)
      let file = try #require(made.plan.files.first)
      let isShared = files.fileExists(atPath: "\(study)/inputs/model.txt")
      #expect(file.name == (isShared ? "inputs/model.txt" : "\(folder)/model.txt"))
      #expect(made.plan.digest(of: file)?.count == 64)
      #expect(try create(folder, study).runs == made.runs)
      #expect(try StudyDirectory(opening: study).runs == made.runs)
    }
  }

  @Test func anEndlessFileIsRefused() throws {
    try with(manifest(structure: "system: {structure: /dev/zero}")) { folder, study in
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(error?.description.contains("a device or a pipe, wanted a plain file") == true)
    }
    try with(manifest(structure: "system: {structure: pipe.cif}")) { folder, study in
      #expect(mkfifo("\(folder)/pipe.cif", 0o600) == 0)
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(error?.description.contains("wanted a plain file") == true)
    }
  }

  /// A structure that was put into `study.yaml` by hand is not taken for the one that was planned.
  @Test func aFileWithoutADigestIsRefusedByANewStart() throws {
    try with(manifest()) { folder, study in
      _ = try create(folder, study)
      let yaml = try #require(content("\(study)/study.yaml"))
      try write(
        withoutSeal(yaml).replacing("structure: inputs/a.extxyz", with: "structure: ../cf/a.extxyz"),
        to: "\(study)/study.yaml")
      let opened = try StudyDirectory(opening: study)
      let error = #expect(throws: InputError.self) { try opened.plan.verifyFiles(of: opened.runs[0]) }
      #expect(error?.description.contains("no SHA-256 of '../cf/a.extxyz'") == true)
    }
  }

  // MARK: what is planted in a study

  @Test func nothingIsWrittenThroughALinkOutOfTheStudy() throws {
    try with(manifest()) { folder, study in
      try files.createDirectory(atPath: study, withIntermediateDirectories: true)
      try files.createSymbolicLink(atPath: "\(study)/inputs", withDestinationPath: "\(folder)/cf")
      let error = #expect(throws: InputError.self) { try create(folder, study) }
      #expect(error?.description.contains("a symbolic link") == true)
      #expect(content("\(folder)/cf/a.extxyz") == "one")
    }
  }

  @Test(arguments: ["../a.extxyz", "inputs/../../a.extxyz", "inputs//a.extxyz", "inputs"])
  func onlyNamesBelowTheFolderOfInputsAreCopies(_ name: String) {
    #expect(!InputFile(path: "/a", name: name).isInStudy)
  }
}
