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

  /// Of array tasks that take many runs each; nil where each run has its own.
  package var pack: PackShape?

  /// Runs side by side in an array task.
  package var slots: Int { pack?.slots(ranks: ranks, memoryPerCore_bytes: site.memoryPerCore_bytes) ?? 1 }

  /// Array tasks, where they take many runs each: no more than have runs to start with.
  package var packs: Int? {
    guard pack != nil else { return nil }
    return min((runs.count + slots - 1) / slots, site.maxRunning ?? .max, arraySize)
  }

  /// The arrays: their runs, and the offset of the array tasks from the runs' indices.
  var parts: [(offset: Int, runs: [Int])] {
    if pack != nil { return [(0, runs)] }
    if site.batch != nil { return Self.consecutive(runs.sorted(), most: arraySize).map { (0, $0) } }
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

  /// Groups of at most so many runs whose indices follow each other: other systems than Slurm have no arrays with gaps.
  /// - Parameter runs: in ascending order.
  static func consecutive(_ runs: [Int], most: Int = .max) -> [[Int]] {
    var groups: [[Int]] = []
    for run in runs {
      if let last = groups.last, last.last == run - 1, last.count < most {
        groups[groups.count - 1].append(run)
      } else {
        groups.append([run])
      }
    }
    return groups
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
  var throttle: Int? { pack != nil ? nil : site.maxRunning.map { max(1, $0 / max(1, parts.count)) } }
}
