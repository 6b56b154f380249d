import Mathematics
import Trajectory

/// One run of another program: its files in order, read as one trajectory with equidistant frames.
public final class ImportedRun {
  /// Of the files, in order.
  public let paths: [String]
  /// The times of the frames.
  public let clock: FrameClock
  /// The atoms, the same in every frame.
  public var atoms: ImportedAtoms { chain.atoms }
  /// The format of each file.
  public var formats: [TrajectoryFormat] { chain.formats }
  /// Warnings about the files read so far.
  public var warnings: [String] { chain.warnings + ownWarnings }

  private let chain: SegmentChain
  private var ownWarnings: [String] = []
  private var waiting: [ImportedFrame] = []
  private var last = ImportedFrame()
  /// The step in the record of the frame returned last.
  public private(set) var step = 0
  /// Frames returned so far.
  public private(set) var frameCount = 0
  /// A frame came too early: allowed only for the last one.
  private var isEarly = false

  private static let mostSteps = 1_000_000_000_000

  /// Opens the first file and reads two frames.
  ///
  /// - Parameters:
  ///   - paths: of the run's files, in order.
  ///   - format: nil to detect it.
  /// - Throws: `TrajectoryProblem`.
  public init(_ paths: [String], format: TrajectoryFormat?, hints: ImportHints) throws {
    self.paths = paths
    chain = try SegmentChain(paths, format: format, hints: hints)
    while waiting.count < 2, let frame = try chain.next() { waiting.append(frame) }
    guard waiting.count == 2 else {
      throw TrajectoryProblem(
        file: paths.joined(separator: "+"), found: "\(waiting.count) frame", wanted: "at least two")
    }
    clock = try FrameClock(first: waiting[0], second: waiting[1], hints: hints)
  }

  /// The next frame of the run; a frame that a file repeats from the one before is skipped.
  ///
  /// - Returns: nil at the end.
  /// - Throws: `TrajectoryProblem`, naming both files where they do not continue each other.
  public func next() throws -> ImportedFrame? {
    while true {
      guard var frame = try waiting.isEmpty ? chain.next() : waiting.removeFirst() else { return nil }
      guard frameCount > 0 else {
        frameCount = 1
        last = frame
        return frame
      }
      guard !isEarly else { throw lateProblem }
      if try isRepeated(frame) {
        ownWarnings.append("\(frame.file): frame \(frame.number) repeats the one before it and is left out")
        continue
      }
      step += isEarly ? stepsSinceLast(frame) : clock.stepsPerFrame
      guard step < Self.mostSteps else {
        throw TrajectoryProblem(
          file: frame.file, found: "\(step) steps up to frame \(frame.number)",
          wanted: "fewer than \(Self.mostSteps)")
      }
      frameCount += 1
      // A skipped frame may have been the first of its file.
      if frame.file != last.file { frame.beginsFile = true }
      last = frame
      return frame
    }
  }

  private func stepsSinceLast(_ frame: ImportedFrame) -> Int {
    guard clock.usesSteps, let a = last.step, let b = frame.step else { return clock.stepsPerFrame }
    return b - a
  }

  private func isRepeated(_ frame: ImportedFrame) throws -> Bool {
    switch clock.succession(of: frame, after: last) {
    case .follows: return false
    case .unknown: return frame.file != last.file && largestMove(to: frame) < 1e-3
    case .repeats:
      let move = largestMove(to: frame)
      // The rounding of coordinates with three digits.
      guard move < 0.01 else {
        throw TrajectoryProblem(
          file: frame.file,
          found: "frame \(frame.number) at the \(position(frame)) of frame \(last.number) of \(last.file), "
            + "but with atoms moved by \(move) Å", wanted: "files that go on from each other")
      }
      return true
    case .early:
      isEarly = clock.usesSteps
      if isEarly { return false }
      throw unevenProblem(frame)
    case .back, .gap: throw unevenProblem(frame)
    }
  }

  private func position(_ frame: ImportedFrame) -> String {
    if clock.usesSteps, let step = frame.step { return "step \(step)" }
    return "time \(frame.time_ps ?? 0) ps"
  }

  private func unevenProblem(_ frame: ImportedFrame) -> TrajectoryProblem {
    let wanted =
      clock.usesSteps
      ? "\(clock.stepsPerFrame) steps" : "\(clock.frameInterval_ps) ps"
    return TrajectoryProblem(
      file: frame.file,
      found: "frame \(frame.number) at \(position(frame)) after "
        + "\(position(last)) in \(last.file)",
      wanted: "\(wanted) from frame to frame, as at the beginning")
  }

  private var lateProblem: TrajectoryProblem {
    TrajectoryProblem(
      file: last.file,
      found: "frame \(last.number) at \(position(last)), sooner than the others, and more after it",
      wanted: "\(clock.stepsPerFrame) steps from frame to frame")
  }

  /// The largest minimum-image displacement from the last frame, Å.
  private func largestMove(to frame: ImportedFrame) -> Double {
    var largest = 0.0
    for (a, b) in zip(last.positions, frame.positions) {
      let s = frame.cell.fractional(b - a)
      let d = frame.cell.cartesian(s - s.rounded(.toNearestOrEven))
      largest = max(largest, dot(d, d))
    }
    return largest.squareRoot()
  }
}
