import Mathematics
import Trajectory

/// One run of another program: its files in order, read as one trajectory with equidistant frames.
///
/// The files are read twice: for the steps and times of all frames on opening, and then frame by frame. Files that overlap are
/// joined by step or time, the later one winning; frames that are not evenly spaced are resampled where that is possible.
public final class ImportedRun {
  /// Of the files, in order.
  public let paths: [String]
  /// The times of the frames.
  public var clock: FrameClock { plan.clock }
  /// The atoms, the same in every frame.
  public var atoms: ImportedAtoms { files.atoms }
  /// The format of each file.
  public var formats: [TrajectoryFormat] { files.formats }
  /// Warnings about the files read so far.
  public var warnings: [String] { plan.notes + files.notes + ownWarnings }

  private let files: FrameFiles
  private let plan: FramePlan
  private let hasOneFrameEach: Bool
  private var ownWarnings: [String] = []
  private var last: ImportedFrame?
  private var beforeLast: ImportedFrame?
  /// The step in the record of the frame returned last.
  public private(set) var step = 0
  /// Frames returned so far.
  public private(set) var frameCount = 0

  /// Opens the files and looks through their frames.
  ///
  /// - Parameters:
  ///   - paths: of the run's files, in order.
  ///   - format: nil to detect it.
  ///   - spool: makes pipes readable; by default in a temporary folder.
  /// - Throws: `TrajectoryProblem`.
  public init(
    _ paths: [String], format: TrajectoryFormat?, hints: ImportHints, spool: SpooledInputs = SpooledInputs()
  ) throws {
    self.paths = paths
    let files = try FrameFiles(paths, format: format, hints: hints, spool: spool)
    self.files = files
    let scanned = try files.scan()
    hasOneFrameEach = scanned.count > 1 && scanned.allSatisfy { $0.stamps.count == 1 } || hints.isUnwrapped
    plan = try FramePlan(scanned, hints: hints) { first, second in
      let frame = try files.read(first)
      return largestMove(from: frame, to: try files.read(second))
    }
  }

  /// The next frame of the run.
  ///
  /// - Returns: nil at the end.
  /// - Throws: `TrajectoryProblem`, naming both files where they do not continue each other.
  public func next() throws -> ImportedFrame? {
    guard frameCount < plan.entries.count else { return nil }
    let entry = plan.entries[frameCount]
    let twin = try entry.twin.map(files.read)
    var frame = try files.read(entry.place)
    // Frames in files of their own, and what the user calls unwrapped, go on from file to file.
    frame.beginsFile = frameCount == 0 || (entry.beginsPiece && !hasOneFrameEach)
    if let last, let twin { try compare(frame, twin, after: last) }
    step = entry.step
    frameCount += 1
    (beforeLast, last) = (last, frame)
    return frame
  }

  /// Two files hold a frame of the same step: of the same path, or of one that a restart left a little.
  private func compare(_ frame: ImportedFrame, _ twin: ImportedFrame, after last: ImportedFrame) throws {
    let move = largestMove(from: twin, to: frame)
    // The rounding of coordinates with three digits.
    guard move >= 0.01 else { return }
    let usual = beforeLast.map { largestMove(from: $0, to: last) } ?? 0.5
    guard move < 3 * usual + 0.5 else {
      throw TrajectoryProblem(
        file: frame.file,
        found: "frame \(frame.number) at the step or time of frame \(twin.number) of \(twin.file), "
          + "but with atoms moved by \(number(move)) Å", wanted: "files that go on from each other")
    }
    ownWarnings.append(
      "\(frame.file): atoms of frame \(frame.number) are up to \(number(move)) Å from those of frame \(twin.number) of "
        + "\(twin.file), which has the same step or time: the restart took another path")
  }
}

/// The largest minimum-image displacement of an atom, Å.
private func largestMove(from first: ImportedFrame, to second: ImportedFrame) -> Double {
  var largest = 0.0
  for (a, b) in zip(first.positions, second.positions) {
    let s = second.cell.fractional(b - a)
    let d = second.cell.cartesian(s - s.rounded(.toNearestOrEven))
    largest = max(largest, dot(d, d))
  }
  return largest.squareRoot()
}
