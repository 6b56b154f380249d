import Foundation

/// The record's files in a run's directory by the attempt that they need.
package enum RecordFiles {
  /// The names of the files that an attempt or a later one has written, and of those that were made of all attempts.
  /// - Throws: `RecordError` where the directory can't be listed.
  package static func dependent(on attempt: Int, in path: String) throws -> [String] {
    let directory = try RunDirectory(path)
    var names: [String] = []
    for block in directory.blocks {
      for old in directory.attempts[block] ?? [] where old >= attempt {
        names.append(RankFileName.attempt(block: block, attempt: old))
      }
      if directory.merged.contains(block) { names.append(RankFileName.merged(block: block)) }
    }
    for whole in [RankFileName.trajectory, RunCorrelations.fileName]
    where FileManager.default.fileExists(atPath: "\(path)/\(whole)") { names.append(whole) }
    return names.sorted()
  }
}
