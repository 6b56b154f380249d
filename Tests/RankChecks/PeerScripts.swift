import Foundation
import TestSupport
import Testing

/// Runs one of the scripts of `Tests/Peers`.
/// - Parameter cores: that it keeps busy.
public func runScript(_ name: String, _ arguments: [String], cores: Int = 2) throws {
  let script = root.appendingPathComponent("Tests/Peers/\(name)")
  let interpreter = try #require(Python.path)
  let finished = try occupying(cores: cores) { try execute(interpreter, [script.path] + arguments) }
  try #require(finished.code == 0, "\(name): \(finished.error)")
}

/// The parameter file of the built-in potential.
public let forceFieldPath = root.appendingPathComponent("Sources/Model/Resources/paddlewheel-ff.json").path

/// The folder of Package.swift.
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
