import Foundation

/// Replaces files atomically: a reader, also after a crash, finds either the old or the new content.
///
/// The new content is written to a temporary name in the same folder, synchronised to disk and renamed; then
/// the folder is synchronised too: without that last step a power failure may undo the renaming.
///
/// For the files of a study, whose names this program chooses: a symbolic link with such a name is replaced and never
/// followed, and what is neither a file nor a link (a pipe, a device, a folder) is not replaced at all. Files that the user
/// names are written by ``OutputFile``.
package enum AtomicFile {
  /// Replaces the content of a file.
  /// - Parameter durably: waits for the disk.
  /// - Throws: ``FileError`` with the system's reason, such as a full disk; an existing file is unchanged.
  package static func write(_ data: Data, to path: String, durably: Bool = true) throws {
    try replace(path, durably: durably) { temporary in
      try writeAll(data, to: temporary, named: path, durably: durably)
    }
  }

  /// Replaces the content of a file by a text in UTF-8.
  /// - Throws: ``FileError``; an existing file is then unchanged.
  package static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Replaces a file by the output of `produce`, which writes to the temporary path that it is given.
  /// - Throws: what `produce` throws, or ``FileError``; an existing file is then unchanged.
  package static func replace(
    _ path: String, durably: Bool = true, by produce: (String) throws -> Void
  ) throws {
    let (folder, name) = parts(of: path)
    // Not to be foreseen: in a folder that others may write to, a link could wait there.
    let temporary =
      "\(folder)/.\(name.utf8.count < 120 ? name : "output").\(TemporaryFile.owner).\(TemporaryFile.unique()).tmp"
    try refuseSpecial(path)
    do {
      try produce(temporary)
      if durably { try synchronize(temporary) }
      guard rename(temporary, path) == 0 else { throw FileError(path, .rename) }
    } catch {
      unlink(temporary)
      throw error
    }
    if durably { try synchronize(folder) }
  }

  /// Creates a complete file exclusively: of two processes that try at the same time one succeeds, on any
  /// shared file system, because creating a link is atomic.
  /// - Returns: false where the file already exists.
  /// - Throws: ``FileError``.
  package static func createExclusively(_ data: Data, at path: String) throws -> Bool {
    let (folder, _) = parts(of: path)
    let temporary = "\(folder)/.claim.\(TemporaryFile.owner).\(TemporaryFile.unique()).tmp"
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

  private static func writeAll(
    _ data: Data, to temporary: String, named path: String, durably: Bool = true
  ) throws {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path, .create) }
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    try writeAll(data, to: descriptor, named: path)
    if durably {
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError(path, .synchronise) }
    }
    isOpen = false
    // A network file system may report a full disk only here.
    guard close(descriptor) == 0 else { throw FileError(path, .write) }
  }

  /// Writes all bytes to an open file.
  /// - Throws: ``FileError``.
  package static func writeAll(_ data: Data, to descriptor: Int32, named path: String) throws {
    try data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        guard count > 0 || errno == EINTR else { throw FileError(path, .write) }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }

  /// As root, a device would be replaced by a file for the whole machine.
  private static func refuseSpecial(_ path: String) throws {
    guard let kind = FileKind(at: path), kind != .file, kind != .link else { return }
    throw FileError(path, .replace(kind), code: EINVAL)
  }

  private static func parts(of path: String) -> (folder: String, name: String) {
    let url = URL(fileURLWithPath: path)
    return (url.deletingLastPathComponent().path, url.lastPathComponent)
  }
}
