import Foundation
import SinglePoints
import Support
import TrajectoryImport

/// The frames of an extXYZ file of this program, one after the other.
enum CandidateFile {
  /// What a run keeps.
  static let name = "candidates.extxyz"
  /// Its entry with the largest deviation, eV/Å.
  static let deviationKey = "largest_deviation_eV_per_A"

  /// - Throws: ``InputError`` with file and frame; what `body` throws.
  static func forEach(_ path: String, _ body: (LabelledFrame) throws -> Void) throws {
    guard FileKind(at: path) != nil else { return }
    try asInput {
      let reader = try LabelledFrameReader(path, arrays: [])
      while let frame = try reader.next() { try body(frame) }
    }
  }

  /// Calls `body` with each frame's text.
  static func forEachText(_ path: String, _ body: (String) throws -> Void) throws {
    guard FileKind(at: path) != nil else { return }
    try asInput {
      let reader = try LabelledFrameReader(path, arrays: [])
      while let lines = try reader.nextLines(isKept: true) { try body(lines.joined(separator: "\n") + "\n") }
    }
  }

  /// Frames in a file; 0 where there is none.
  static func count(_ path: String) throws -> Int {
    var count = 0
    try forEachText(path) { _ in count += 1 }
    return count
  }

  /// Turns a problem of a file with frames into an ``InputError``.
  static func asInput<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let problem as TrajectoryProblem {
      throw InputError(
        place: SourcePlace(file: problem.file, line: problem.line), key: problem.place, found: problem.found,
        wanted: problem.wanted)
    }
  }
}
