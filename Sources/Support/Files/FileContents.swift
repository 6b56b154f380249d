import Foundation

/// Reads whole files in bounded memory.
package enum FileContents {
  /// Why a file can't be read.
  package struct Problem: Error, Equatable {
    package let reason: String
  }

  /// The content of a file, a pipe or a device that the user names.
  /// - Parameters:
  ///   - most: bytes; a device may never end.
  ///   - patience_s: how long a pipe may have no writer, s.
  /// - Throws: ``Problem``, also for a signal while a pipe is waited for.
  package static func read(_ path: String, most: Int, patience_s: Double = 60) throws(Problem) -> Data {
    // Opening a pipe to read would wait for its writer, for ever if none comes.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Problem(reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    return try read(descriptor, most: most, patience_s: patience_s)
  }

  /// The content of one of a study's own files: nil for what is none, or can't be read. Opening a pipe in its place would
  /// not return.
  package static func own(_ path: String, most: Int = 1 << 30) -> Data? {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard FileKind(descriptor: descriptor) == .file else { return nil }
    return try? read(descriptor, most: most)
  }

  private static func read(
    _ descriptor: Int32, most: Int, patience_s: Double = 0
  ) throws(Problem) -> Data {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Problem(reason: String(cString: strerror(errno))) }
    if status.st_mode & S_IFMT == S_IFDIR { throw Problem(reason: "it is a directory") }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    // Of what has no size, no more than fits into any memory.
    let limit = isFile ? most : min(most, 256 << 20)
    guard status.st_size <= limit else { throw tooLarge(limit) }
    var data = Data()
    var buffer = [UInt8](
      repeating: 0, count: isFile ? min(max(Int(status.st_size) + 1, 4096), 1 << 22) : 1 << 16)
    let isPipe = status.st_mode & S_IFMT == S_IFIFO
    var waited_s = 0.0
    while true {
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        _ = try awaited(descriptor)
        continue
      }
      guard count >= 0 else { throw Problem(reason: String(cString: strerror(errno))) }
      if count == 0 {
        guard isPipe, data.isEmpty else { return data }
        // A pipe that was never written to has no end yet.
        if try awaited(descriptor) == POLLHUP { return data }
        waited_s += turn_s
        guard waited_s < patience_s else { throw Problem(reason: "it is a pipe to which nothing writes") }
        continue
      }
      data.append(contentsOf: buffer[..<count])
      guard data.count <= limit else { throw tooLarge(limit) }
    }
  }

  /// One turn of waiting for a pipe or a device, s: a signal only counts until someone looks.
  private static let turn_s = 0.1

  /// - Returns: what has happened, as `poll` tells it.
  private static func awaited(_ descriptor: Int32) throws(Problem) -> Int32 {
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let count = poll(&state, 1, Int32(1000 * turn_s))
    guard StopSignal.count == 0 else { throw Problem(reason: "a signal came before its content") }
    return count > 0 ? Int32(state.revents) : 0
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(reason: "it has more than \(limit) bytes")
  }
}
