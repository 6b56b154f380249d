import Foundation
import Trajectory

/// Reads text line by line in bounded memory, from a plain file or a compressed one.
///
/// A last line without a line end is not returned: it may be the first half of a line from a killed program,
/// and half a number is still a number.
package final class LineReader {
  /// For messages.
  package let path: String
  /// The number of the line returned last, from 1.
  package private(set) var line = 0
  /// The file ends in the middle of a line.
  package private(set) var endsInMidLine = false
  private let source: TrajectoryBytes
  private let buffer: UnsafeMutablePointer<UInt8>
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// Where the line returned last begins.
  private var lastStart = 0

  private static let capacity = 1 << 22

  /// - Parameter name: for messages; the path by default.
  /// - Throws: `TrajectoryProblem`.
  package init(_ path: String, name: String? = nil) throws {
    self.path = name ?? path
    source = try TrajectoryBytes(path, name: name ?? path)
    buffer = .allocate(capacity: Self.capacity)
  }

  deinit { buffer.deallocate() }

  /// The next line without its line end; nil at the end of the file.
  package func next() throws -> TextLine? {
    var searched = start
    while true {
      if let found = memchr(buffer + searched, 10, end - searched) {
        let stop = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(buffer)
        var count = stop - start
        if count > 0, buffer[start + count - 1] == 13 { count -= 1 }
        let text = TextLine(base: UnsafePointer(buffer + start), count: count)
        lastStart = start
        start = stop + 1
        line += 1
        return line == 1 ? text.withoutByteOrderMark : text
      }
      searched = end
      if isAtEnd {
        endsInMidLine = !TextLine(base: UnsafePointer(buffer + start), count: end - start).isBlank
        start = end
        return nil
      }
      if start > 0 {
        memmove(buffer, buffer + start, end - start)
        searched -= start
        end -= start
        start = 0
      }
      guard end < Self.capacity else {
        throw TrajectoryProblem(
          file: path, line: line + 1, found: "a line of more than \(Self.capacity >> 20) MiB",
          wanted: "a text trajectory")
      }
      let count = try source.read(
        into: UnsafeMutableRawBufferPointer(start: buffer + end, count: Self.capacity - end))
      isAtEnd = count == 0
      end += count
    }
  }

  /// Returns the last line again at the next call. To be called at most once for each line, and before another is read.
  func stepBack() {
    start = lastStart
    line -= 1
  }

  package func problem(_ found: String, wanted: String) -> TrajectoryProblem {
    TrajectoryProblem(file: path, line: line, found: found, wanted: wanted)
  }

  /// An atom's mass or charge.
  func number(_ field: TextLine, _ quantity: AtomQuantity) throws -> Double {
    try quantity.checked([field.decimal ?? .nan]) {
      problem("the \(quantity) \(field.excerpt)", wanted: $1)
    }[0]
  }

  /// The next line within a frame.
  /// - Throws: `CutShort` where the file ends.
  package func need() throws -> TextLine {
    guard let text = try next() else { throw CutShort(isFollowed: false) }
    return text
  }
}

/// The file ends within a frame, or another frame begins there.
package struct CutShort: Error {
  /// A killed program's last frame, after which a restarted one went on in the same file.
  package var isFollowed: Bool

  package init(isFollowed: Bool) { self.isFollowed = isFollowed }
}

extension TextLine {
  /// The mark that some editors put before UTF-8.
  fileprivate var withoutByteOrderMark: TextLine {
    guard count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF else { return self }
    return TextLine(base: base + 3, count: count - 3)
  }
}
