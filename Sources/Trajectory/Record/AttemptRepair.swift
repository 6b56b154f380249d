import Foundation

/// Makes files of an attempt readable whose writer met a full disk or a file-size limit.
///
/// HDF5 writes the superblock with the intended end of the file; where the last write failed, the file is
/// shorter, and HDF5 rejects it as truncated. All records that the last checkpoint covers were on the disk
/// before, so extending the file with zeros makes them readable again.
package enum AttemptRepair {
  /// Extends attempts' files that are shorter than their superblock says; to be called by one process, before
  /// a new attempt begins.
  /// - Returns: the names of the files.
  /// - Throws: `RecordError` for a file that can't be extended.
  package static func lengthen(in directory: String) throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return try names.sorted().filter { name in
      guard name.hasPrefix("rank-"), name.contains(".attempt-"), name.hasSuffix(".h5") else { return false }
      return try lengthen("\(directory)/\(name)")
    }
  }

  /// Superblock of version 2 or 3: signature, four bytes, base and extension addresses, then the end of the
  /// file at byte 28 (HDF5 File Format Specification 3.0, II.A), with addresses of 8 bytes.
  private static func lengthen(_ path: String) throws -> Bool {
    // A link could lead out of the study.
    let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    defer { try? handle.close() }
    let start = Array((try? handle.read(upToCount: 36)) ?? Data())
    guard start.count == 36, start[0] == 0x89, start[8] >= 2, start[9] == 8 else { return false }
    let end = start[28..<36].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let size = (try? handle.seekToEnd()) ?? UInt64.max
    // A file whose superblock gives more than twice its size is damaged in another way.
    guard size < end, end / 2 <= size else { return false }
    do {
      try handle.truncate(atOffset: end)
      try handle.synchronize()
    } catch {
      throw RecordError(file: path, message: "can't be lengthened to \(end) bytes: \(error)")
    }
    return true
  }
}
