import Foundation
import Trajectory

/// Reads a text file line by line in bounded memory.
///
/// A last line without a line end is not returned: it may be the first half of a line from a killed program,
/// and half a number is still a number.
final class LineReader {
  let path: String
  /// The number of the line returned last, from 1.
  private(set) var line = 0
  /// The file ends in the middle of a line.
  private(set) var endsInMidLine = false
  private let descriptor: Int32
  private let buffer: UnsafeMutablePointer<UInt8>
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  private static let capacity = 1 << 22

  /// - Throws: `TrajectoryProblem`.
  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw TrajectoryProblem(
        file: path, found: String(cString: strerror(errno)), wanted: "a file that can be read")
    }
    buffer = .allocate(capacity: Self.capacity)
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  /// The next line without its line end; nil at the end of the file.
  func next() throws -> TextLine? {
    var searched = start
    while true {
      if let found = memchr(buffer + searched, 10, end - searched) {
        let stop = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(buffer)
        var count = stop - start
        if count > 0, buffer[start + count - 1] == 13 { count -= 1 }
        let text = TextLine(base: UnsafePointer(buffer + start), count: count)
        start = stop + 1
        line += 1
        return text
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
      let count = read(descriptor, buffer + end, Self.capacity - end)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw TrajectoryProblem(
          file: path, line: line + 1, found: String(cString: strerror(errno)),
          wanted: "a file that can be read")
      }
      isAtEnd = count == 0
      end += count
    }
  }

  func problem(_ found: String, wanted: String) -> TrajectoryProblem {
    TrajectoryProblem(file: path, line: line, found: found, wanted: wanted)
  }

  /// The next line within a frame.
  /// - Throws: `CutShort` where the file ends.
  func need() throws -> TextLine {
    guard let text = try next() else { throw CutShort() }
    return text
  }
}

/// The file ends within a frame.
struct CutShort: Error {}
