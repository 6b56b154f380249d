import Trajectory

/// Reads the frames of one file, one at a time.
protocol TrajectoryReader: AnyObject {
  var path: String { get }
  var atoms: ImportedAtoms { get }
  /// Reads the next frame.
  /// - Returns: false at the end of the file; a truncated last frame is skipped and reported in `warnings`.
  /// - Throws: `TrajectoryProblem`.
  func read(into frame: inout ImportedFrame) throws -> Bool
  /// Warnings about the file.
  var warnings: [String] { get }
}
