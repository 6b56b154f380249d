import Foundation

/// The Python that has h5py, ASE and pymatgen: `PADDLEWHEEL_PYTHON`.
public enum Python {
  public static let path = ProcessInfo.processInfo.environment["PADDLEWHEEL_PYTHON"]

  /// A script that did not end well; what it said went to the test's own standard error.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// Runs a script and returns what it prints.
  public static func run(_ script: String, _ arguments: [String]) throws -> String {
    try run(["-c", script] + arguments)
  }

  /// Runs the script in a file and returns what it prints. Leaves no compiled modules beside it.
  public static func run(file: String, _ arguments: [String]) throws -> String {
    try run(["-B", file] + arguments)
  }

  private static func run(_ arguments: [String]) throws -> String {
    guard let path else { throw Failure(description: "PADDLEWHEEL_PYTHON is not set") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["-W", "ignore"] + arguments
    // What is under test must be readable from anywhere.
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "the script ended with \(process.terminationStatus)")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
