import Foundation

/// Replaces files so that a reader, or whoever comes after a crash, finds the old content or the new one.
///
/// The new content goes to a temporary name in the same folder and to the disk, then takes the name over,
/// and the folder goes to the disk too: without that last step a power cut may undo the renaming.
public enum AtomicFile {
  /// Replaces the content of a file.
  ///
  /// - Throws: `RecordError` naming the path; what was there before is unharmed.
  public static func write(_ data: Data, to path: String) throws {
    try replace(path) { temporary in
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
      guard descriptor >= 0 else { throw systemError(path, "create") }
      defer { close(descriptor) }
      try data.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
          let count = Foundation.write(
            descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          guard count > 0 || errno == EINTR else { throw systemError(path, "write") }
          rest = rest.dropFirst(max(0, count))
        }
      }
    }
  }

  /// Replaces a file by what `produce` writes at the temporary path that it is given.
  ///
  /// - Throws: what `produce` throws, or `RecordError`; what was there before is unharmed.
  public static func replace(_ path: String, by produce: (String) throws -> Void) throws {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    // Processes of two hosts may have the same number.
    var host = [CChar](repeating: 0, count: 65)
    gethostname(&host, host.count - 1)
    let process =
      "\(String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)).\(getpid())"
    let temporary = "\(folder)/.\(url.lastPathComponent).\(process).tmp"
    do {
      try produce(temporary)
      try synchronize(temporary)
      guard rename(temporary, path) == 0 else { throw systemError(path, "take over the name") }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronize(folder)
  }

  /// Waits until a file's or a folder's content is on the disk.
  public static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw systemError(path, "open") }
    defer { close(descriptor) }
    // Some network file systems cannot synchronise a folder, and say so by EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw systemError(path, "synchronise") }
  }

  private static func systemError(_ path: String, _ operation: String) -> RecordError {
    RecordError(file: path, message: "cannot \(operation): \(String(cString: strerror(errno)))")
  }
}
