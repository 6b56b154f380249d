import Foundation
import Testing

@Test(arguments: [
  ["plan"], ["frobnicate"], ["plan", "small.yaml", "--frobnicate"], ["simulate", "x", "one"],
  ["run", "small.yaml", "--ranks", "0"], ["run", "small.yaml", "--only", "0,9"], ["plan", "nothing.yaml"],
  ["status", "nowhere"], ["status"], ["simulate", "nowhere", "0"],
])
func badUsageEndsWithTwo(_ arguments: [String]) throws {
  try withManifest { folder in
    let result = try paddlewheel(arguments, in: folder)
    #expect(result.exitCode == 2, "\(result.errors)")
    #expect(result.output == "")
    #expect(!result.errors.isEmpty)
    #expect(try contents(folder) == ["small.yaml"])
  }
}

@Test(arguments: [["--help"], ["plan", "--help"], ["--version"], ["help", "run"]])
func helpEndsWithZero(_ arguments: [String]) throws {
  try withManifest { folder in
    let result = try paddlewheel(arguments, in: folder)
    #expect(result.exitCode == 0)
    #expect(!result.output.isEmpty)
    #expect(result.errors == "")
  }
}

/// The help lists only what this version has.
@Test func helpListsTheVerbs() throws {
  try withManifest { folder in
    let help = try paddlewheel(["--help"], in: folder).output
    for verb in [
      "run", "plan", "submit", "simulate", "status", "explain", "cancel", "extend", "aggregate", "report",
      "compare", "structure", "label", "doctor", "init",
    ] {
      #expect(help.contains("\n  \(verb) "), "\(verb)")
    }
    for verb in ["ping", "pace", "element"] { #expect(!help.contains("\n  \(verb) "), "\(verb)") }
  }
}
