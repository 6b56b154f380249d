import Foundation

/// The result of running the real program.
struct CommandResult {
  var exitCode: Int32
  var output: String
  var errors: String
}

/// The program beside the test bundle.
let program: String = {
  let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  return folder.appendingPathComponent("paddlewheel").path
}()

func paddlewheel(_ arguments: String..., in folder: String) throws -> CommandResult {
  try paddlewheel(arguments, in: folder)
}

/// Runs the program in a folder and waits for its end.
func paddlewheel(_ arguments: [String], in folder: String) throws -> CommandResult {
  let files = (output: "\(folder)/.stdout", errors: "\(folder)/.stderr")
  for path in [files.output, files.errors] { try Data().write(to: URL(fileURLWithPath: path)) }
  defer { for path in [files.output, files.errors] { try? FileManager.default.removeItem(atPath: path) } }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  process.standardInput = FileHandle.nullDevice
  // Files, not pipes: a pipe that nobody reads would fill.
  process.standardOutput = FileHandle(forWritingAtPath: files.output)
  process.standardError = FileHandle(forWritingAtPath: files.errors)
  try process.run()
  process.waitUntilExit()
  func text(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
  return CommandResult(
    exitCode: process.terminationStatus, output: text(files.output), errors: text(files.errors))
}

/// A new folder with the manifest `small.yaml`, removed when the body ends.
func withManifest(_ edits: [(String, String)] = [], _ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.path + "/command-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  var text = smallManifest
  for (old, new) in edits { text = text.replacing(old, with: new) }
  try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/small.yaml"))
  try body(folder)
}

func contents(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { !$0.hasPrefix(".std") }
}

private let smallManifest = """
  system:
    structure: na2b12h12-bcc
  stages: {sample: 2 ps}
  sweep:
    temperature: [500 K, 600 K]
  """
