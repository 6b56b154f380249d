import Foundation

/// The names of a run's record files.
package enum RankFileName {
  /// `rank-0003.attempt-2.h5`: one block of one attempt.
  package static func attempt(block: Int, attempt: Int) -> String {
    String(format: "rank-%04d.attempt-%d.h5", block, attempt)
  }

  /// `rank-0003.h5`: a block of a finished run, the attempts merged.
  package static func merged(block: Int) -> String { String(format: "rank-%04d.h5", block) }

  /// `trajectory.h5`: all blocks.
  package static let trajectory = "trajectory.h5"

  /// The block and, unless the file is a merged one, the attempt in a file name.
  package static func parse(_ name: String) -> (block: Int, attempt: Int?)? {
    guard let match = name.wholeMatch(of: /rank-(\d{4,})(?:\.attempt-(\d+))?\.h5/),
      let block = Int(match.1), block < RecordLimits.blocks
    else { return nil }
    guard let digits = match.2 else { return (block, nil) }
    guard let attempt = Int(digits), (1...RecordLimits.attempts).contains(attempt) else { return nil }
    return (block, attempt)
  }
}
