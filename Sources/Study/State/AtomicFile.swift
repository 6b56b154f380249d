import Foundation
import Glibc

/// Replaces a file so that a reader, and a crash at any moment, sees the old one or the new one, whole.
/// - Throws: ``RunFailure`` with the system's reason, such as a full disk; the old file then stands.
func replaceFile(at path: String, with data: Data) throws {
  // Processes of two hosts may have the same number.
  let temporary = "\(path).\(hostName()).\(getpid()).tmp"
  func failure(_ what: String) -> RunFailure {
    RunFailure("can't \(what) \(path): \(String(cString: strerror(errno)))")
  }
  let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard file >= 0 else { throw failure("create") }
  do {
    try data.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(file, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw failure("write") }
        written += count
      }
    }
    guard fsync(file) == 0 else { throw failure("write") }
  } catch {
    close(file)
    unlink(temporary)
    throw error
  }
  // A network file system may report a full disk only here.
  guard close(file) == 0, rename(temporary, path) == 0 else {
    let error = failure("write")
    unlink(temporary)
    throw error
  }
  let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  if folder >= 0 {
    fsync(folder)
    close(folder)
  }
}

/// JSON as the study's files hold it: for people too, and the same bytes for the same values.
func fileJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}

/// Creates a file that nobody else has, whole: of two that try at once one succeeds, on any shared file system,
/// because a link is made or not.
/// - Returns: false where the file is there already.
/// - Throws: ``RunFailure`` with the system's reason.
func createExclusively(at path: String, with data: Data) throws -> Bool {
  let folder = (path as NSString).deletingLastPathComponent
  let temporary = "\(folder)/.claim.\(hostName()).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
  try replaceFile(at: temporary, with: data)
  defer { unlink(temporary) }
  if link(temporary, path) == 0 { return true }
  guard errno == EEXIST else {
    throw RunFailure("can't create \(path): \(String(cString: strerror(errno)))")
  }
  return false
}
