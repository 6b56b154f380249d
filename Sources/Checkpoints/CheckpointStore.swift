import Foundation
import Support
import Trajectory

/// The two alternating checkpoint files of a run, `checkpoint.a.h5` and `checkpoint.b.h5`: while one is
/// replaced the other is kept, so that a valid one always exists.
package struct CheckpointStore: Sendable {
  private let paths: [String]

  /// - Parameter directory: the run's.
  package init(directory: String) {
    paths = ["a", "b"].map { "\(directory)/checkpoint.\($0).h5" }
  }

  /// Writes a checkpoint in place of the older file.
  ///
  /// - Throws: `RecordError` for a name that is not allowed in a file, and when a later attempt has already
  ///   written a checkpoint: this process was presumed dead and must exit. `HDF5Error` naming the path.
  ///   Existing files are then unchanged.
  package func write(_ content: CheckpointContent) throws {
    let names = [Array(content.doubles.keys), Array(content.integers.keys), Array(content.text.keys)]
    for name in names.joined() where name.isEmpty || name == "." || name.contains("/") {
      throw RecordError(file: paths[0], message: "'\(name)' can't name an array")
    }
    // A file whose stamp can't be read is damaged and is replaced first.
    let lowest = CheckpointFile.Stamp(attempt: 0, sequence: 0)
    let stamps = paths.map { (try? CheckpointFile.stamp(of: $0)) ?? lowest }
    let newest = max(stamps[0], stamps[1])
    guard newest.attempt <= content.attempt else {
      throw RecordError(
        file: stamps[0] == newest ? paths[0] : paths[1],
        message: "attempt \(newest.attempt) has taken over; attempt \(content.attempt) must not go on")
    }
    let target = stamps[0] <= stamps[1] ? paths[0] : paths[1]
    try AtomicFile.replace(target) {
      try CheckpointFile.write(content, sequence: newest.sequence + 1, to: $0)
    }
  }

  /// Loads the newest checkpoint with a correct checksum that the caller can go on from.
  ///
  /// - Parameter check: throws an error that says why a checkpoint can't be used; it is given the file's path.
  /// - Returns: nil when no checkpoint exists; with a note when the newest file can't be used and the other one is.
  /// - Throws: `RecordError` naming the files when none can be used.
  package func loadNewest(
    check: (_ content: CheckpointContent, _ path: String) throws -> Void = { _, _ in }
  ) throws -> (content: CheckpointContent, note: String?)? {
    let present = paths.filter { FileManager.default.fileExists(atPath: $0) }
    var failures: [String] = []
    var readable: [(path: String, stamp: CheckpointFile.Stamp)] = []
    for path in present {
      do {
        readable.append((path, try CheckpointFile.stamp(of: path)))
      } catch {
        failures.append("\(error)")
      }
    }
    for candidate in readable.sorted(by: { $0.stamp > $1.stamp }) {
      do {
        let content = try CheckpointFile.read(candidate.path)
        try check(content, candidate.path)
        let note =
          failures.isEmpty ? nil : "damaged: \(failures.joined(separator: "; ")); using \(candidate.path)"
        return (content, note)
      } catch {
        failures.append("\(error)")
      }
    }
    guard let first = present.first else { return nil }
    throw RecordError(
      file: first, message: "no checkpoint can be used: \(failures.joined(separator: "; "))")
  }

  /// The attempt of each checkpoint that exists, nil where it can't be read, by path.
  package func attempts() -> [String: Int?] {
    let present = paths.filter { FileManager.default.fileExists(atPath: $0) }
    return Dictionary(
      uniqueKeysWithValues: present.map { path in
        do { return (path, try CheckpointFile.stamp(of: path).attempt) } catch { return (path, nil) }
      })
  }
}
