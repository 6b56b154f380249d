import Foundation

/// Writes a new file part by part.
package final class FileWriter {
  private let path: String
  private let descriptor: Int32

  /// - Parameter name: of the file in messages; nil for its path.
  /// - Throws: ``FileError`` with the system's reason.
  package init(_ path: String, named name: String? = nil) throws {
    self.path = name ?? path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(self.path, .create) }
  }

  deinit { close(descriptor) }

  /// - Throws: ``FileError`` with the system's reason, such as a full disk.
  package func write(_ data: Data) throws {
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
}
