import Foundation

/// Copies of files for a temporary name; ``AtomicFile`` gives them their own.
package enum FileCopy {
  /// A copy that shares the blocks of the original on the disk, until one of them is changed.
  /// - Returns: false where the file system can't do so.
  /// - Throws: ``FileError``.
  package static func share(_ source: String, as target: String, named name: String) throws -> Bool {
    try withOpen(source, target, named: name) { from, to in ioctl(to, cloneRequest, from) == 0 }
  }

  /// - Throws: ``FileError``.
  package static func copy(_ source: String, as target: String, named name: String) throws {
    try withOpen(source, target, named: name) { from, to in
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let count = read(from, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileError(source, .open) }
        guard count > 0 else { return }
        var done = 0
        while done < count {
          let written = buffer[done..<count].withUnsafeBytes { write(to, $0.baseAddress, $0.count) }
          guard written > 0 || errno == EINTR else { throw FileError(name, .write) }
          done += max(0, written)
        }
      }
    }
  }

  /// Bytes.
  /// - Throws: ``FileError``.
  package static func size(of path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path, .open) }
    return Int(status.st_size)
  }

  /// Linux's FICLONE.
  private static let cloneRequest: UInt = 0x4004_9409

  private static func withOpen<T>(
    _ source: String, _ target: String, named name: String, _ body: (Int32, Int32) throws -> T
  ) throws -> T {
    let from = open(source, O_RDONLY | O_CLOEXEC)
    guard from >= 0 else { throw FileError(source, .open) }
    defer { close(from) }
    let to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard to >= 0 else { throw FileError(name, .create) }
    defer { close(to) }
    return try body(from, to)
  }
}
