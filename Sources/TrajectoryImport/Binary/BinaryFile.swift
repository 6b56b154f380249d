import Foundation
import Trajectory

/// A binary file read at any place, with every read within its size.
final class BinaryFile {
  let path: String
  let size: Int
  private let descriptor: Int32

  /// - Throws: `TrajectoryProblem`.
  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw TrajectoryProblem(file: path, found: reason, wanted: "a file that can be read")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Whether so many bytes are there.
  func has(_ count: Int, at offset: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= size && count <= size - offset
  }

  /// - Throws: `TrajectoryProblem` where the file ends before.
  func bytes(_ count: Int, at offset: Int) throws -> [UInt8] {
    guard has(count, at: offset) else {
      throw problem(offset, "the end of the file", "\(count) bytes more")
    }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
      while made < count {
        let more = pread(
          descriptor, buffer.baseAddress?.advanced(by: made), count - made, off_t(offset + made))
        if more < 0, errno == EINTR { continue }
        guard more > 0 else {
          throw problem(
            offset + made, more < 0 ? String(cString: strerror(errno)) : "the end of the file", "more of it")
        }
        made += more
      }
    }
  }

  /// Numbers in a row.
  func numbers<T: BitwiseCopyable>(_ type: T.Type, _ count: Int, at offset: Int) throws -> [T] {
    let size = MemoryLayout<T>.size
    guard count >= 0, count <= self.size / size else {
      throw problem(offset, "the end of the file", "\(count) numbers")
    }
    return try bytes(count * size, at: offset).withUnsafeBytes { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: $0 * size, as: T.self) }
    }
  }

  func problem(_ offset: Int, _ found: String, _ wanted: String) -> TrajectoryProblem {
    TrajectoryProblem(file: path, place: "byte \(offset)", found: found, wanted: wanted)
  }
}
