import Foundation
import Support

/// Starts workers, again where one crashes or hangs, and keeps what they have done in a file, so that a long test can be
/// interrupted and continued.
struct Supervisor {
  var target: FuzzTarget
  var corpusFolder: String
  var statePath: String
  var count: Int
  var seconds: Double

  /// The longest that one input may compute, or do nothing, s. Waiting for a processor does not count: others may have
  /// them all.
  private static let patience_s = 60.0

  /// - Returns: the failures.
  func run() throws -> [String] {
    let state = try Self.map(statePath)
    let end = Date().addingTimeInterval(seconds)
    let first = state[0]
    var failures: [String] = []
    while state[0] < count, Date() < end, failures.count < 20 {
      let begun = state[0]
      let (code, signal, output) = try work(state, until: end)
      failures += output.split(separator: "\n").map(String.init)
      guard code != 0 || signal != 0 else { continue }
      // The worker has said what is wrong.
      if signal == 0, !output.isEmpty { break }
      failures.append(
        "input \(state[0]): "
          + (signal == SIGKILL ? "no end within \(Int(Self.patience_s)) s" : "signal \(signal), code \(code)")
      )
      state[0] = max(state[0], begun) + 1
    }
    print(
      "\(target.name): \(state[0]) inputs (\(state[0] - first) now), \(state[1]) read"
        + (target.input == .flip ? " (\(state[3]) of them unchanged)" : "")
        + ", \(state[2]) refused, \(failures.count) failures")
    for failure in failures { print("  \(failure)") }
    return failures
  }

  private func work(_ state: UnsafeMutablePointer<Int>, until end: Date) throws -> (Int32, Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [
      target.name, "--worker", "--corpus", corpusFolder, "--state", statePath, "--count", "\(count)",
      "--seconds",
      "\(max(0, end.timeIntervalSinceNow))",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let pid = Int(process.processIdentifier)
    var last = state[0]
    var computed_s = 0.0
    var idle = SilenceClock(interval_s: 0.2)
    while process.isRunning {
      Thread.sleep(forTimeInterval: 0.2)
      guard let entry = ProcessTable.entry(of: pid) else { continue }
      let now_s = Double(entry.work) / Double(sysconf(Int32(_SC_CLK_TCK)))
      idle.look(hasChanged: state[0] != last || entry.state == "R")
      if state[0] != last { (last, computed_s) = (state[0], now_s) }
      if now_s - computed_s > Self.patience_s || idle.silence_s > Self.patience_s {
        kill(process.processIdentifier, SIGKILL)
      }
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let isSignal = process.terminationReason == .uncaughtSignal
    return (isSignal ? 0 : process.terminationStatus, isSignal ? process.terminationStatus : 0, text)
  }

  /// The counts of a state file, shared by supervisor and worker.
  static func map(_ path: String) throws -> UnsafeMutablePointer<Int> {
    let size = Progress.fields * MemoryLayout<Int>.size
    let descriptor = open(path, O_RDWR | O_CREAT, 0o666)
    guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
    else { throw CocoaError(.fileWriteUnknown) }
    close(descriptor)
    return memory.bindMemory(to: Int.self, capacity: Progress.fields)
  }
}
