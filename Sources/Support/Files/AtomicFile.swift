import Foundation

/// Replaces files atomically: a reader, also after a crash, finds either the old or the new content.
///
/// The new content is written to a temporary name in the same folder, synchronised to disk and renamed; then
/// the folder is synchronised too: without that last step a power failure may undo the renaming.
package enum AtomicFile {
  /// Replaces the content of a file.
  /// - Throws: ``FileError`` with the system's reason, such as a full disk; an existing file is unchanged.
  package static func write(_ data: Data, to path: String) throws {
    try replace(path) { temporary in try writeAll(data, to: temporary, named: path) }
  }

  /// Replaces the content of a file by a text in UTF-8.
  /// - Throws: ``FileError``; an existing file is then unchanged.
  package static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Replaces a file by the output of `produce`, which writes to the temporary path that it is given.
  /// - Throws: what `produce` throws, or ``FileError``; an existing file is then unchanged.
  package static func replace(_ path: String, by produce: (String) throws -> Void) throws {
    let (folder, name) = parts(of: path)
    let temporary = "\(folder)/.\(name).\(TemporaryFile.owner).tmp"
    do {
      try produce(temporary)
      try synchronize(temporary)
      guard rename(temporary, path) == 0 else { throw FileError(path, .rename) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronize(folder)
  }

  /// Creates a complete file exclusively: of two processes that try at the same time one succeeds, on any
  /// shared file system, because creating a link is atomic.
  /// - Returns: false where the file already exists.
  /// - Throws: ``FileError``.
  package static func createExclusively(_ data: Data, at path: String) throws -> Bool {
    let (folder, _) = parts(of: path)
    let temporary = "\(folder)/.claim.\(TemporaryFile.owner).\(UInt32.random(in: 0...UInt32.max)).tmp"
    defer { unlink(temporary) }
    try writeAll(data, to: temporary, named: path)
    guard link(temporary, path) == 0 else {
      if errno == EEXIST { return false }
      throw FileError(path, .create)
    }
    try synchronize(folder)
    return true
  }

  /// Waits until a file's or a folder's content is on the disk.
  /// - Throws: ``FileError``.
  package static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, .open) }
    defer { close(descriptor) }
    // Some network file systems cannot synchronise a folder, and report EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError(path, .synchronise) }
  }

  private static func writeAll(_ data: Data, to temporary: String, named path: String) throws {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path, .create) }
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    try data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        guard count > 0 || errno == EINTR else { throw FileError(path, .write) }
        rest = rest.dropFirst(max(0, count))
      }
    }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError(path, .synchronise) }
    isOpen = false
    // A network file system may report a full disk only here.
    guard close(descriptor) == 0 else { throw FileError(path, .write) }
  }

  private static func parts(of path: String) -> (folder: String, name: String) {
    let url = URL(fileURLWithPath: path)
    return (url.deletingLastPathComponent().path, url.lastPathComponent)
  }
}

/// A file that can't be created, written, renamed or synchronised.
package struct FileError: ExitingError, Equatable {
  package enum Operation: String, Sendable {
    case create, open, write, rename
    case synchronise = "synchronise to disk"
  }

  package let path: String
  package let operation: Operation
  /// The system's `errno`.
  package let code: Int32

  /// - Parameter code: that of the call that has just failed.
  package init(_ path: String, _ operation: Operation, code: Int32 = errno) {
    self.path = path
    self.operation = operation
    self.code = code
  }

  package var reason: String { String(cString: strerror(code)) }
  package var exitCode: Int32 { 1 }
  package var description: String { "can't \(operation.rawValue) \(path): \(reason)" }
}
