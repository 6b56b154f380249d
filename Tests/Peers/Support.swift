import Foundation
import RankChecks
import Testing

/// Parent of all suites that compare with other programs, one at a time.
@Suite(.serialized) enum Peers {}

/// Why a test is skipped, or nil where LAMMPS and Python are there.
let missingPeer: String? =
  lammps == nil
  ? "LAMMPS (lmp, or PADDLEWHEEL_LAMMPS) is not there" : python == nil ? "PADDLEWHEEL_PYTHON is not set" : nil

/// Runs one of the scripts beside this file.
/// - Parameter cores: that it keeps busy.
func runScript(_ name: String, _ arguments: [String], cores: Int = 2, file: String = #filePath) throws {
  let script = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(name)
  let interpreter = try #require(python)
  let finished = try occupying(cores: cores) { try execute(interpreter, [script.path] + arguments) }
  try #require(finished.code == 0, "\(name): \(finished.error)")
}

/// The parameter file of the built-in potential.
func forceFieldPath(file: String = #filePath) -> String {
  URL(fileURLWithPath: file).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Model/Resources/paddlewheel-ff.json").standardized.path
}
