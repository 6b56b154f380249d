import Foundation

/// Replaces a file so that whoever reads it finds the old content or the new one: written under a
/// temporary name in the same folder, brought to the disk, renamed.
///
/// - Throws: `StructureError.file`; what was there before is unharmed.
func replaceFile(at path: String, with text: String) throws {
  let url = URL(fileURLWithPath: path)
  let folder = url.deletingLastPathComponent().path
  let temporary = "\(folder)/.\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).tmp"
  func failure(_ operation: String) -> StructureError {
    .file(path: path, reason: "can't be written (\(operation): \(String(cString: strerror(errno))))")
  }
  do {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw failure("create") }
    defer { close(descriptor) }
    var text = text
    try text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        guard count > 0 || errno == EINTR else { throw failure("write") }
        rest = rest.dropFirst(max(0, count))
      }
    }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("synchronise") }
    guard rename(temporary, path) == 0 else { throw failure("rename") }
  } catch {
    unlink(temporary)
    throw error
  }
  // The renaming itself; where a file system can't synchronise a folder the file is there all the same.
  let descriptor = open(folder, O_RDONLY)
  if descriptor >= 0 {
    fsync(descriptor)
    close(descriptor)
  }
}
