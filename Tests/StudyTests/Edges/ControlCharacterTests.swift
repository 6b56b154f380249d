import Foundation
import Testing

@testable import Crystal
@testable import Manifest
@testable import Mathematics
@testable import Scheduler
@testable import StudyStore
@testable import Support

/// Text from outside that becomes a line of a script, a table, a file or a terminal.
@Suite struct ControlCharacterTests {
  /// What an attacker would put into a name.
  static let hostile = [
    "a\ntouch INJECTED\n#", "a\r\n#SBATCH --wrap=touch", "a\u{85}b", "a\u{2028}b", "\u{1b}]0;x\u{7}",
    "a\u{9b}2Jb", "a\u{0}b", "a\u{202e}b", "a\u{7f}b", "a\tb",
  ]

  @Test func shownInMessagesAndNeverSent() {
    #expect(visible("a\nb\u{1b}[2J\u{9b}\u{0}\r") == "a\\nb\\e[2J\\u{9b}\\0\\r")
    #expect(visible("Å − µ 日本") == "Å − µ 日本")
    #expect(visibleLines("a\n\tb\u{7}") == "a\n\tb\\u{7}")
    #expect(oneLine("a\r\nb\u{1b}c") == "a  b c")
    for text in Self.hostile {
      #expect(!visible(text).unicodeScalars.contains { $0.isControl })
      let error = InputError(
        place: SourcePlace(file: "f\(text)", line: 3), key: "k\(text)", found: "'\(text)'", wanted: "x")
      #expect(!error.description.unicodeScalars.contains { $0.isControl }, "\(error)")
    }
  }

  /// The case `newline-path`: before anything is written.
  @Test(arguments: hostile) func refusedInTheStudysPath(_ name: String) throws {
    // A path ends at a zero byte, before this program sees it.
    guard !name.contains("\0") else { return }
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      let plan = try plan(plainExample)
      let error = #expect(throws: InputError.self) { try StudyDirectory(creating: path, plan: plan) }
      #expect(
        error?.description.contains("character \(folder.count + 2)") == true || !name.hasPrefix("\u{1b}"))
      #expect(throws: InputError.self) { try StudyDirectory(unwritten: path, plan: plan) }
      #expect(throws: InputError.self) { try StudyDirectory(opening: path) }
      #expect(throws: InputError.self) { try OutputFile.write("x", to: path) }
      #expect(try folderContents(folder).isEmpty)
    }
  }

  @Test(arguments: hostile) func refusedInEveryValueOfABatchScript(_ text: String) throws {
    func script(
      study: String = "/s", executable: String = "/p", _ change: (inout SiteProfile) -> Void = { _ in }
    ) throws -> String {
      var site = try SiteProfile.plain()
      change(&site)
      let script = JobScript(
        site: site, study: study, submission: 1, ranks: 2, margin_s: 60, executable: executable)
      return try script.taskScript() + script.coordinatorScript()
    }
    #expect(throws: InputError.self) { try script(study: "/\(text)") }
    #expect(throws: InputError.self) { try script(executable: "/\(text)") }
    #expect(throws: InputError.self) { try script { $0.account = text } }
    #expect(throws: InputError.self) { try script { $0.partition = text } }
    #expect(throws: InputError.self) { try script { $0.exclude = [text] } }
    #expect(throws: InputError.self) { try script { $0.modules = [text] } }
    #expect(throws: InputError.self) { try script { $0.environment = ["A": text] } }
    #expect(throws: InputError.self) { try script { $0.directives = [text] } }
    #expect(throws: InputError.self) { try script { $0.mail = SiteProfile.Mail(to: text, on: ["END"]) } }
    _ = try script()
  }

  /// What has no control characters is quoted, so that neither the shell nor sbatch takes it for more than a text.
  @Test(arguments: [
    "a b", "it's", "$(touch x)", "`touch x`", "\"q\"", "#no", "-x", "..", "~", "*", "a;b", "日本",
  ])
  func quotedInABatchScript(_ text: String) throws {
    try withTemporaryFolder { folder in
      var site = try SiteProfile.plain()
      site.environment = ["VALUE": text]
      let program = "\(folder)/program \(text.replacing("/", with: "_"))"
      try write("#!/bin/sh\nprintf '%s\\n' \"$VALUE\" \"$@\" > '\(folder)/said'\n", to: program)
      chmod(program, 0o755)
      let study = "\(folder)/\(text == ".." ? "..." : text)"
      try FileManager.default.createDirectory(atPath: study, withIntermediateDirectories: true)
      try write("", to: "\(study)/study.yaml")
      let script = try JobScript(
        site: site, study: study, submission: 7, ranks: 1, margin_s: 60, executable: program
      ).taskScript()
      try write(script, to: "\(folder)/script")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["\(folder)/script", "40"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      try process.run()
      process.waitUntilExit()
      let said = try String(contentsOfFile: "\(folder)/said", encoding: .utf8)
      #expect(said == "\(text)\nelement\n\(study)\n--submission\n7\n--offset\n40\n")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/x"))
    }
  }

  @Test func aBackslashWouldEndSlurmsPatterns() throws {
    let script = JobScript(site: try .plain(), study: "/a\\b", submission: 1, ranks: 1, margin_s: 60)
    #expect(throws: InputError.self) { try script.taskScript() }
  }

  @Test(arguments: [
    ("time-limit: 1 h\npartition: \"a\\nb\"", "partition"),
    ("time-limit: 1 h\nmodules: [\"a\\eb\"]", "modules[0]"),
    ("time-limit: 1 h\nenvironment: {A: \"a\\r\\nb\"}", "environment.A"),
    ("time-limit: 1 h\nlauncher-options: [\"a\\u0085b\"]", "launcher-options[0]"),
  ])
  func refusedInASiteProfileWithTheirPlace(_ text: String, _ key: String) throws {
    try withTemporaryFolder { folder in
      try write("site: here\n\(text)\n", to: "\(folder)/site.yaml")
      let error = #expect(throws: InputError.self) { try SiteProfile(contentsOf: "\(folder)/site.yaml") }
      #expect(error?.place?.line == 3)
      #expect(error?.description.contains(key) == true, "\(error?.description ?? "")")
    }
  }

  @Test(arguments: [
    ("structure: na2b12h12-bcc", "structure: \"a\\nb.cif\"", "system.structure"),
    ("study: example", "study: \"a\\eb\"", "study"),
    ("ranks: 2}", "ranks: 2}\nanalysis: {mobile: \"Na\\e[2J\"}", "analysis.mobile"),
    ("ranks: 2}", "\"ra\\nnks\": 2}", "resources"),
  ])
  func refusedInAManifestWithTheirPlace(_ old: String, _ new: String, _ key: String) {
    let error = #expect(throws: InputError.self) { try plan(plainExample.replacing(old, with: new)) }
    #expect(error?.place?.line != nil)
    #expect(error?.description.contains(key) == true, "\(error?.description ?? "")")
    #expect(error?.description.unicodeScalars.contains { $0.isControl } == false)
  }

  /// A title never becomes a line or a value of its own.
  @Test(arguments: hostile) func becomeBlanksInTitlesOfStructureFiles(_ title: String) throws {
    try withTemporaryFolder { folder in
      let structure = try BuiltInStructure(named: "nabh4").build(
        supercell: .identity, composition: nil, seed: 1
      ).structure
      for (format, name) in [
        (StructureFormat.cif, "a.cif"), (.extxyz, "a.xyz"), (.poscar, "POSCAR"), (.lammpsData, "a.data"),
      ] {
        let path = "\(folder)/\(name)"
        try StructureFile.write(structure, to: path, format: format, title: "\(title)\"'")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.unicodeScalars.allSatisfy { !$0.isControl || $0 == "\n" })
        let again = try StructureFile.read(path: path, format: format).realise()
        #expect(again.atomCount == structure.atomCount)
      }
    }
  }

  /// Nodes' names come from records that anyone may have written, and go into scripts.
  @Test func onlyNamesOfHostsAreExcluded() {
    let names = ["n1", "n-2.site", "a b", "-n", "n3\n#SBATCH --wrap=x", "n$(x)", ""]
    let records = names.enumerated().map { number, name in
      var record = AttemptRecord(
        attempt: number + 1, ranks: 1, environment: ["SLURMD_NODENAME": name])
      record.from = .start
      record.ended = .failed
      return record
    }
    #expect(RetryPolicy(records, progress: .start).failedNodes == ["n-2.site", "n1"])
  }
}

extension SiteProfile {
  /// With the time limit alone.
  static func plain() throws -> SiteProfile {
    try JSONDecoder().decode(
      SiteProfile.self,
      from: Data(
        """
        {"site": "here", "modules": [], "environment": {}, "launcher": "mpirun", "launcherOptions": [],
         "timeLimit_s": 3600, "retries": 3, "retryDelay_s": 0, "exclude": [], "directives": [],
         "coordinator": {"timeLimit_s": 60, "cores": 1}}
        """.utf8))
  }
}
