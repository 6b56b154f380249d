/// Reads the frames of one file, one at a time.
protocol TrajectoryReader: AnyObject {
  var path: String { get }
  var atoms: ImportedAtoms { get }
  /// Reads the next frame.
  /// - Returns: false where the file ends; a last frame that is cut short is left out and in `warnings`.
  /// - Throws: `TrajectoryProblem`.
  func read(into frame: inout ImportedFrame) throws -> Bool
  /// What the user should know of the file.
  var warnings: [String] { get }
}
