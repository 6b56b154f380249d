import Foundation
import StudyStore

/// The runs that a submission is to include, and why others are left out.
package struct SubmissionPlan: Sendable {
  package var runs: [Int]
  /// Runs left out other than those that are done, with the reason.
  package var leftOut: [Int: String]
  package var done: Int
  package var cost: CostEstimate
  package var site: SiteProfile
  package var ranks: Int
  /// Time between the signal and the time limit, s.
  package var margin_s: Double
  /// The largest number of tasks of an array.
  package var arraySize: Int

  /// The arrays: their runs, and the offset of the array tasks from the runs' indices.
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

  /// Estimates the remaining time of the runs.
  /// - Parameter sizes: atoms of each run.
  package mutating func count(_ study: StudyDirectory, sizes: [Int?]) {
    for index in runs {
      guard sizes.indices.contains(index), let atoms = sizes[index] else { continue }
      cost.count(study.runs[index], state: study.state(of: index), atoms: atoms, ranks: ranks)
    }
  }

  /// Tasks of each array that may run at the same time.
  var throttle: Int? { site.maxRunning.map { max(1, $0 / max(1, parts.count)) } }
}
