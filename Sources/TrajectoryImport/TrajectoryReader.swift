import Trajectory

/// Reads the frames of one file, one at a time.
protocol TrajectoryReader: AnyObject {
  var path: String { get }
  var atoms: ImportedAtoms { get }
  /// Reads the next frame.
  /// - Returns: false at the end of the file; a truncated last frame is skipped and reported in `warnings`.
  /// - Throws: `TrajectoryProblem`.
  func read(into frame: inout ImportedFrame) throws -> Bool
  /// Passes over the next frame, looking only at its step and time.
  /// - Returns: nil at the end of the file, as `read` does.
  /// - Throws: `TrajectoryProblem`.
  func skim() throws -> FrameStamp?
  /// Warnings about the file.
  var warnings: [String] { get }
  /// What the unit of its times was taken for, where the file does not say.
  var timeGuess: String? { get }
}

/// A file whose frames can be read in any order.
protocol FrameArchive: AnyObject {
  var atoms: ImportedAtoms { get }
  var frameCount: Int { get }
  var warnings: [String] { get }
  var timeGuess: String? { get }
  /// - Parameter index: from 0.
  func stamp(_ index: Int) throws -> FrameStamp
  /// Reads all but the stamp.
  func read(_ index: Int, into frame: inout ImportedFrame) throws
}

/// The frames of an archive in order.
final class ArchiveReader: TrajectoryReader {
  let path: String
  var atoms: ImportedAtoms { archive.atoms }
  var warnings: [String] { archive.warnings }
  var timeGuess: String? { archive.timeGuess }
  private let archive: any FrameArchive
  private var next = 0

  init(_ path: String, _ archive: any FrameArchive) {
    self.path = path
    self.archive = archive
  }

  func read(into frame: inout ImportedFrame) throws -> Bool {
    guard next < archive.frameCount else { return false }
    let stamp = try archive.stamp(next)
    frame.step = stamp.step
    frame.time_ps = stamp.time_ps
    try archive.read(next, into: &frame)
    next += 1
    return true
  }

  func skim() throws -> FrameStamp? {
    guard next < archive.frameCount else { return nil }
    defer { next += 1 }
    return try archive.stamp(next)
  }
}
