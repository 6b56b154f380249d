import Foundation
import TestSupport
import Testing

/// `init` writes a manifest that can be planned as it is.
@Suite struct InitCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["na2b12h12-bcc", "o-nbh"]) func ofABuiltInStructure(_ name: String) throws {
    let made = try paddlewheel("init", name, in: folder.path)
    try #require(made.exitCode == 0, "\(made.errors)")
    let text = try String(contentsOfFile: folder.file("\(name).yaml"), encoding: .utf8)
    #expect(text.contains("structure: \(name)") && text.contains("B12H12") && text.contains("mobile: Na"))
    let plan = try paddlewheel("plan", "\(name).yaml", in: folder.path)
    #expect(plan.exitCode == 0, "\(plan.errors)")
    let again = try paddlewheel("init", name, in: folder.path)
    #expect(again.exitCode == 2 && again.errors.contains("--force"))
    #expect(try paddlewheel("init", name, "--force", in: folder.path).exitCode == 0)
  }

  /// A file in another folder, with a name that YAML would not take bare.
  @Test func ofAFile() throws {
    let built = try paddlewheel(
      "structure", "build", "na2b12h12-bcc", "--output", "a: b.extxyz", in: folder.path)
    try #require(built.exitCode == 0, "\(built.errors)")
    let made = try paddlewheel("init", "a: b.extxyz", "--output", "start.yaml", in: folder.path)
    try #require(made.exitCode == 0, "\(made.errors)")
    let plan = try paddlewheel("plan", "start.yaml", in: folder.path)
    #expect(plan.exitCode == 0, "\(plan.errors)")
    let absent = try paddlewheel("init", "absent.cif", in: folder.path)
    #expect(absent.exitCode == 2)
  }
}
