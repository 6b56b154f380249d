import Trajectory

/// The frames of one file by their numbers, whatever their times: for what takes each frame by itself.
package final class ImportedFrames {
  private let files: FrameFiles
  /// Frames of the file.
  package let count: Int
  /// The atoms, the same in every frame.
  package var atoms: ImportedAtoms { files.atoms }

  /// Opens the file and counts its frames.
  /// - Parameter spool: makes pipes readable.
  /// - Throws: `TrajectoryProblem`.
  package init(_ path: String, hints: ImportHints, spool: SpooledInputs) throws {
    files = try FrameFiles([path], format: nil, hints: hints, spool: spool)
    count = try files.scan().reduce(0) { $0 + $1.stamps.count }
  }

  /// A frame; reading is fastest where the numbers rise.
  /// - Parameter number: from 1 to `count`.
  /// - Throws: `TrajectoryProblem`, also for a frame without a cell.
  package func frame(_ number: Int) throws -> ImportedFrame {
    try files.read(FramePlace(file: 0, number: number))
  }
}
