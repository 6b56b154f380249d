/// What no run exceeds: sums for more would not fit into any memory.
package enum LargestCounts {
  package static let frames = 100_000_000
  package static let ions = 20_000_000
}

/// Input that an analysis can't use. Each description states what was found and what was expected.
public enum AnalysisError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A trajectory of fewer frames than displacements need.
  case tooFewFrames(found: Int, wanted: Int)
  /// A buffer whose length is not frames × ions × 3, or another count that does not match.
  case wrongCount(what: String, found: Int, wanted: Int)
  /// A coordinate that is NaN or infinite; indices count from 0 within the block that was given.
  case notFinite(what: String, frame: Int, ion: Int)
  /// A quantity outside of its range.
  case outOfRange(what: String, found: Double, wanted: String)
  /// Nothing to average over.
  case empty(what: String)
  /// Two inputs that must agree and do not.
  case mismatch(what: String, first: Double, second: Double)

  /// One line: what was found and what was expected.
  public var description: String {
    switch self {
    case .tooFewFrames(let found, let wanted):
      "trajectory: found \(found) frame\(found == 1 ? "" : "s"), wanted at least \(wanted)"
    case .wrongCount(let what, let found, let wanted):
      "\(what): found \(found) values, wanted \(wanted)"
    case .notFinite(let what, let frame, let ion):
      "\(what): not a finite number at frame \(frame), ion \(ion) of its block; wanted a finite coordinate"
    case .outOfRange(let what, let found, let wanted):
      "\(what): found \(found), wanted \(wanted)"
    case .empty(let what):
      "\(what): found none, wanted at least one"
    case .mismatch(let what, let first, let second):
      "\(what): found \(first) and \(second), wanted the same in all runs of one temperature"
    }
  }
}

/// - Throws: `AnalysisError.outOfRange` for more frames than sums are kept for.
func checkLargest(frameCount: Int) throws {
  guard frameCount <= LargestCounts.frames else {
    throw AnalysisError.outOfRange(
      what: "frames", found: Double(frameCount), wanted: "at most \(LargestCounts.frames)")
  }
}
