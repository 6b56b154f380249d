import Foundation
import StudyStore

/// What a submission is going to send, and why some runs are not in it.
package struct SubmissionPlan: Sendable {
  package var runs: [Int]
  /// Runs left out other than those that are done, with the reason.
  package var leftOut: [Int: String]
  package var done: Int
  package var cost: CostEstimate
  package var site: SiteProfile
  package var ranks: Int
  /// Before the time limit, s.
  package var margin_s: Double
  /// The elements of each array.
  package var arraySize: Int

  /// The runs of each array and what is to be subtracted from their index there.
  var parts: [(offset: Int, runs: [Int])] {
    var parts: [(offset: Int, runs: [Int])] = []
    for run in runs {
      let offset = run / arraySize * arraySize
      if parts.last?.offset == offset {
        parts[parts.count - 1].runs.append(run)
      } else {
        parts.append((offset, [run]))
      }
    }
    return parts
  }

  /// Adds up the time that the runs still need.
  /// - Parameter sizes: atoms of each run.
  package mutating func count(_ study: StudyDirectory, sizes: [Int?]) {
    for index in runs {
      guard sizes.indices.contains(index), let atoms = sizes[index] else { continue }
      cost.count(study.runs[index], state: study.state(of: index), atoms: atoms, ranks: ranks)
    }
  }

  /// Elements of each array that may run at once.
  var throttle: Int? { site.maxRunning.map { max(1, $0 / max(1, parts.count)) } }
}
