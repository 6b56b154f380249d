import Foundation

/// Reads whole files in bounded memory.
package enum FileContents {
  /// Why a file can't be read.
  package struct Problem: Error, Equatable {
    package let reason: String
  }

  /// The content of a file, a pipe or a device that the user names.
  /// - Parameter most: bytes; a device may never end.
  /// - Throws: ``Problem``.
  package static func read(_ path: String, most: Int) throws(Problem) -> Data {
    let descriptor = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Problem(reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    return try read(descriptor, most: most)
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

  private static func read(_ descriptor: Int32, most: Int) throws(Problem) -> Data {
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
    while true {
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Problem(reason: String(cString: strerror(errno))) }
      if count == 0 { return data }
      data.append(contentsOf: buffer[..<count])
      guard data.count <= limit else { throw tooLarge(limit) }
    }
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(reason: "it has more than \(limit) bytes")
  }
}
