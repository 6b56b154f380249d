import Foundation
import Support

/// Whether a file's writer is running or was killed, according to the file itself.
///
/// HDF5 has no call for this: opening a file normally fails while it is marked, and opening it for
/// single-writer reading skips the check for truncation, which closed files need. Byte 11 of a version 3
/// superblock holds the flags (HDF5 File Format Specification 3.0, II.A).
package enum SuperblockFlags {
  package static func isMarkedOpen(_ path: String) throws -> Bool {
    // Opening a pipe would not return.
    guard FileKind(at: path) != .pipe, let handle = FileHandle(forReadingAtPath: path) else {
      throw RecordProblem(
        kind: FileManager.default.fileExists(atPath: path) ? .damaged : .missing, file: path,
        message: "can't be opened: \(String(cString: strerror(errno)))")
    }
    defer { try? handle.close() }
    let start = try handle.read(upToCount: 12) ?? Data()
    guard start.count == 12, start[8] >= 3 else { return false }
    return start[11] & 1 != 0
  }
}
