import Trajectory

/// Parses the frames of one text format.
protocol TextFrameParser: AnyObject {
  /// Available once the first frame is read.
  var atoms: ImportedAtoms { get }
  /// The typical beginning of a file in the format, for messages.
  static var beginning: String { get }

  /// Reads the next frame of the file; the first one defines the atoms.
  /// - Returns: false where the file ends before a frame.
  /// - Throws: `TrajectoryProblem`; `CutShort` where the file ends within the frame.
  func parse(_ frame: inout ImportedFrame, isFirst: Bool) throws -> Bool
}

/// Reads the frames of a text file one at a time, the first one on opening. A truncated last frame, as a
/// killed program leaves it, is skipped.
final class TextTrajectoryReader: TrajectoryReader {
  let path: String
  var atoms: ImportedAtoms { parser.atoms }
  private(set) var warnings: [String] = []
  private let lines: LineReader
  private let parser: any TextFrameParser
  private var first: ImportedFrame?
  private var frames = 0

  /// - Throws: `TrajectoryProblem` for a file that can't be read or contains no complete frame.
  init<Parser: TextFrameParser>(_ path: String, _ makeParser: (LineReader) -> Parser) throws {
    self.path = path
    lines = try LineReader(path)
    let parser = makeParser(lines)
    self.parser = parser
    var frame = ImportedFrame()
    do {
      guard try parser.parse(&frame, isFirst: true) else {
        throw TrajectoryProblem(file: path, found: "no frame", wanted: Parser.beginning)
      }
    } catch is CutShort {
      throw TrajectoryProblem(
        file: path, line: lines.line, found: "the end of the file in the first frame", wanted: "whole frames")
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
    do {
      guard try parser.parse(&frame, isFirst: false) else {
        if lines.endsInMidLine { throw CutShort() }
        return false
      }
    } catch is CutShort {
      warnings.append("\(path): frame \(frames + 1) is cut short after line \(lines.line) and left out")
      return false
    }
    frames += 1
    return true
  }
}
