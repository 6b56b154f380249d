import Foundation
import Testing

/// A command with its resource usage.
struct MeasuredCommand {
  var result: CommandResult
  var seconds: Double
  /// Maximum resident memory, MiB.
  var memory_MiB: Double
  /// Maximum number of files seen open at once.
  var openFiles: Int

  /// Runs the program under a limit on open files.
  ///
  /// Memory and open files are read from /proc while it runs: the last sample may be 20 ms before the end.
  init(_ arguments: [String], in folder: String, openFiles limit: Int) throws {
    let files = (output: "\(folder)/.stdout", errors: "\(folder)/.stderr")
    for path in [files.output, files.errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    defer { for path in [files.output, files.errors] { try? FileManager.default.removeItem(atPath: path) } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "ulimit -n \"$0\" && exec \"$@\"", String(limit), program] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: files.output)
    process.standardError = FileHandle(forWritingAtPath: files.errors)
    let start = ContinuousClock.now
    try process.run()
    (memory_MiB, openFiles) = (0, 0)
    while process.isRunning {
      let place = "/proc/\(process.processIdentifier)"
      memory_MiB = max(memory_MiB, Self.peak_MiB("\(place)/status"))
      openFiles = max(
        openFiles, (try? FileManager.default.contentsOfDirectory(atPath: "\(place)/fd").count) ?? 0)
      usleep(20_000)
    }
    process.waitUntilExit()
    seconds = (ContinuousClock.now - start) / .seconds(1)
    func text(_ path: String) -> String {
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    result = CommandResult(
      exitCode: process.terminationStatus, output: text(files.output), errors: text(files.errors))
  }

  private static func peak_MiB(_ path: String) -> Double {
    guard let data = FileManager.default.contents(atPath: path),
      let match = String(decoding: data, as: UTF8.self).firstMatch(of: /VmHWM:\s*([0-9]+) kB/)
    else { return 0 }
    return (Double(match.1) ?? 0) / 1024
  }

  /// A line to print.
  func line(_ name: String) -> String {
    String(format: "%@: %.2f s, %.0f MiB, at most %d open files seen", name, seconds, memory_MiB, openFiles)
  }
}
