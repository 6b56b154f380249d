import Digest
import Foundation

/// A checksum over the bytes of a whole file, appended to it: HDF5 ignores trailing bytes. Damage is detected
/// before HDF5 parses the file, which can crash on damaged files.
package enum Checksum {
  private static let mark = "paddlewheel-sha256:"
  private static let length = mark.utf8.count + 64

  /// Appends the checksum of a complete file.
  package static func add(to path: String) throws {
    let checksum =
      mark + digest(try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)[...])
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(checksum.utf8))
  }

  /// - Throws: `RecordError` for a file whose bytes do not match the checksum.
  package static func check(_ path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    let end = data.count - length
    guard end >= 0, data[end...].elementsEqual((mark + digest(data[..<end])).utf8) else {
      throw RecordError(file: path, message: "the file does not match its SHA-256: it is damaged")
    }
  }

  private static func digest(_ data: Data.SubSequence) -> String {
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return SHA256.hexadecimal(hash.finish())
  }
}
