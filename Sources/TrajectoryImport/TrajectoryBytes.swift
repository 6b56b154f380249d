import Decompression
import Trajectory

/// The bytes of a trajectory, unpacked, with errors of the kind that readers throw.
package final class TrajectoryBytes {
  private let source: any ByteSource

  /// - Parameter name: for messages.
  /// - Throws: `TrajectoryProblem`.
  package init(_ path: String, name: String) throws {
    source = try Self.translating { try openBytes(path, name: name) }
  }

  /// - Returns: the number of bytes; 0 only at the end.
  /// - Throws: `TrajectoryProblem`, for a damaged stream with its place.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try Self.translating { try source.read(into: buffer) }
  }

  static func translating<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let problem as StreamProblem {
      throw TrajectoryProblem(
        file: problem.file, place: "byte \(problem.byte)", found: problem.found, wanted: problem.wanted)
    }
  }
}
