import Foundation
import Testing

/// Names and values on the command line: with a hyphen in front, in other bytes than UTF-8, with control characters.
@Suite struct ArgumentTests {
  /// The case `hyphens`.
  @Test func anOptionTakesTheNextWord() throws {
    try withManifest { folder in
      let build = ["structure", "build", "na2b12h12-bcc", "--output", "p.extxyz", "--supercell"]
      #expect(try paddlewheel(build + ["-1,1,1,1,-1,1,1,1,-1"], in: folder).exitCode == 0)
      #expect(
        try paddlewheel(["structure", "build", "nabh4", "--output", "-a.cif"], in: folder).exitCode == 0)
      #expect(try contents(folder) == ["-a.cif", "p.extxyz", "small.yaml"])
      #expect(try paddlewheel(["structure", "describe", "--", "-a.cif"], in: folder).exitCode == 0)
      let bare = try paddlewheel(["structure", "describe", "-a.cif"], in: folder)
      #expect(bare.exitCode == 2 && bare.errors.contains("'./-a.cif'"), "\(bare.errors)")
      for (option, value, part) in [
        ("--frame-interval", "-1 fs", "above 0"), ("--timestep", "-2 fs", "above 0"),
        ("--temperature", "-5 K", "above 0"),
        ("--format", "-x", "found '-x'"),
      ] {
        let result = try paddlewheel(
          ["import", "x", "--output", "o", "--mobile", "Na", option, value], in: folder)
        #expect(result.exitCode == 2 && result.errors.contains(part), "\(result.errors)")
      }
    }
  }

  /// Every option of every verb takes the next word, whatever it begins with.
  @Test func noOptionRefusesAHyphen() throws {
    try withManifest { folder in
      struct Argument: Decodable {
        var kind: String
        var valueName: String?
        var parsingStrategy: String
      }
      struct Command: Decodable {
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?
        var all: [Command] { [self] + (subcommands ?? []).flatMap(\.all) }
      }
      struct Help: Decodable { var command: Command }
      let text = try paddlewheel(["--experimental-dump-help"], in: folder).output
      let commands = try JSONDecoder().decode(Help.self, from: Data(text.utf8)).command.all
      #expect(commands.count > 20)
      for command in commands {
        for argument in command.arguments ?? [] where argument.kind == "option" {
          #expect(
            argument.parsingStrategy == "unconditional", "\(command.commandName) \(argument.valueName ?? "")")
        }
      }
    }
  }

  @Test(arguments: ["0x10", "inf", "nan", ".", "1e"]) func optionsTakeDecimalNumbersOnly(_ text: String)
    throws
  {
    try withManifest { folder in
      for arguments in [
        ["structure", "describe", "nabh4", "--tolerance", text],
        ["structure", "phonons", "nabh4", "--displacement", text],
        ["structure", "phonons", "nabh4", "--temperatures", text], ["cancel", "s", "--wait", text],
      ] {
        let result = try paddlewheel(arguments, in: folder)
        #expect(result.exitCode == 2, "\(arguments)")
      }
    }
  }

  /// The case `non-utf8-names`: refused before anything is written.
  @Test func namesInOtherBytesAreRefused() throws {
    try withManifest { folder in
      func shell(_ line: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["P": program, "PATH": "/usr/bin:/bin"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
      }
      for line in [
        "cp small.yaml $'m\\xff.yaml'; $P plan $'m\\xff.yaml'", "$P plan small.yaml --output $'s\\xff'",
        "$P structure build nabh4 --output=$'s\\xc3.cif'",
        "mkdir $'d\\xfe'; cd $'d\\xfe'; $P plan ../small.yaml --output s",
      ] {
        let code = try shell(line)
        #expect(code == 2, "\(line)")
      }
      let traces = try shell("ls -d s* d*/* 2>/dev/null | grep -v small.yaml")
      #expect(traces == 1)
      let umlaut = try shell("$P structure build nabh4 --output Å.cif && test -s Å.cif")
      #expect(umlaut == 0)
    }
  }

  /// The case `control-characters`.
  @Test func controlCharactersAreShown() throws {
    try withManifest([("system:", "study: \"a\\e]0;pwned\\a\\e[2Jb\"\nsystem:")]) { folder in
      let result = try paddlewheel("plan", "small.yaml", in: folder)
      #expect(result.exitCode == 2)
      #expect(result.errors.contains("\\e]0;pwned\\u{7}\\e[2J") && !result.errors.contains("\u{1b}"))
      for arguments in [
        ["status", "a\u{1b}[2Jb"], ["plan", "\u{9b}2J"],
        ["export", "s", "0", "--format", "\u{1b}c", "--output", "x"],
        ["frob\u{1b}c"],
      ] {
        let result = try paddlewheel(arguments, in: folder)
        #expect(result.exitCode == 2)
        #expect(
          !result.errors.unicodeScalars.contains {
            ($0.value < 32 && $0 != "\n") || (0x7F..<0xA0).contains($0.value)
          })
      }
    }
  }
}
