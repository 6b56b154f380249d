import Trajectory

/// Parses the frames of one text format.
protocol TextFrameParser: AnyObject {
  /// Available once the first frame is read.
  var atoms: ImportedAtoms { get }
  /// The typical beginning of a file in the format, for messages.
  static var beginning: String { get }
  /// Things to know about the file.
  var notes: [String] { get }
  /// What the unit of its times was taken for, where the file does not say.
  var timeGuess: String? { get }

  /// Reads the next frame of the file; the first one defines the atoms.
  /// - Parameter skipsAtoms: to read only the step and the time; not for the first frame.
  /// - Returns: false where the file ends before a frame.
  /// - Throws: `TrajectoryProblem`; `CutShort` where the file ends within the frame.
  func parse(_ frame: inout ImportedFrame, isFirst: Bool, skipsAtoms: Bool) throws -> Bool
}

extension TextFrameParser {
  var timeGuess: String? { nil }
}

/// Reads the frames of a text file one at a time, the first one on opening. A truncated frame, as a killed program leaves
/// it, is skipped.
final class TextTrajectoryReader: TrajectoryReader {
  let path: String
  var atoms: ImportedAtoms { parser.atoms }
  var warnings: [String] { parser.notes + ownWarnings }
  var timeGuess: String? { parser.timeGuess }
  private var ownWarnings: [String] = []
  private let lines: LineReader
  private let parser: any TextFrameParser
  private var first: ImportedFrame?
  private var frames = 0
  private var skimmed = ImportedFrame()

  /// - Parameter name: for messages.
  /// - Throws: `TrajectoryProblem` for a file that can't be read or contains no complete frame.
  init<Parser: TextFrameParser>(_ path: String, name: String, _ makeParser: (LineReader) throws -> Parser)
    throws
  {
    self.path = name
    lines = try LineReader(path, name: name)
    let parser = try makeParser(lines)
    self.parser = parser
    var frame = ImportedFrame()
    do {
      guard try parser.parse(&frame, isFirst: true, skipsAtoms: false) else {
        throw TrajectoryProblem(file: name, found: "no frame", wanted: Parser.beginning)
      }
    } catch is CutShort {
      throw TrajectoryProblem(
        file: name, line: lines.line,
        found: lines.endsInMidLine
          ? "the end of the file in the middle of a line of the first frame"
          : "the end of the file in the first frame",
        wanted: "whole frames, each with the end of its last line")
    }
    first = frame
  }

  func read(into frame: inout ImportedFrame) throws -> Bool {
    if let stored = first {
      first = nil
      frame = stored
      frames = 1
      return true
    }
    return try advance(&frame, skipsAtoms: false)
  }

  func skim() throws -> FrameStamp? {
    if let stored = first {
      first = nil
      frames = 1
      return FrameStamp(step: stored.step, time_ps: stored.time_ps)
    }
    guard try advance(&skimmed, skipsAtoms: true) else { return nil }
    return FrameStamp(step: skimmed.step, time_ps: skimmed.time_ps)
  }

  private func advance(_ frame: inout ImportedFrame, skipsAtoms: Bool) throws -> Bool {
    while true {
      do {
        guard try parser.parse(&frame, isFirst: false, skipsAtoms: skipsAtoms) else {
          if lines.endsInMidLine { throw CutShort(isFollowed: false) }
          return false
        }
        frames += 1
        return true
      } catch let cut as CutShort {
        ownWarnings.append(
          "\(path): frame \(frames + 1) is cut short after line \(lines.line) and left out"
            + (cut.isFollowed ? "; another begins there" : ""))
        if !cut.isFollowed { return false }
      }
    }
  }
}
