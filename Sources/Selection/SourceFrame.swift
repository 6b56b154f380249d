import Crystal
import Foundation
import Mathematics
import Support

/// One configuration of a source of frames.
struct SourceFrame {
  /// In its source, from 1.
  var number: Int
  /// Of a text file, where it begins.
  var line: Int?
  var cell: Cell
  /// Symbols, in the order of the source.
  var symbols: [String]
  /// Å.
  var positions: [Vector3]
  /// Entries for a comment line: step, time.
  var info: [(key: String, value: String)] = []

  /// An error of the whole frame.
  func refusal(_ source: String, _ message: String) -> InputError {
    InputError(place: SourcePlace(file: source, line: line), key: "frame \(number)", message: message)
  }

  /// The frame as extXYZ.
  func extXYZ(source: String) -> String {
    let lattice = cell.vectors.flatMap { ["\($0.x)", "\($0.y)", "\($0.z)"] }.joined(separator: " ")
    var header = "Lattice=\"\(lattice)\" Properties=species:S:1:pos:R:3"
    for (key, value) in info { header += " \(key)=\(value)" }
    var lines = ["\(symbols.count)", header + FrameOrigin(source, number).entries + " pbc=\"T T T\""]
    for (symbol, r) in zip(symbols, positions) {
      lines.append(symbol + String(format: " %.8f %.8f %.8f", r.x, r.y, r.z))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Where a chosen frame comes from.
struct FrameOrigin {
  /// Entries of a comment line, with a blank before each.
  let entries: String

  init(_ source: String, _ number: Int) {
    // Not every reader accepts line breaks or quotes in a value.
    entries = " source=\"\(oneLine(source).replacing("\"", with: "'"))\" source_frame=\(number)"
  }

  /// A comment line with the origin. A line that tells of one keeps it: the frame was chosen before.
  func added(to comment: String) -> String {
    let isTold = comment.split(separator: " ").contains { $0.hasPrefix("source=") }
    return isTold ? comment : comment + entries
  }
}
