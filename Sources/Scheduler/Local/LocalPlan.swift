import Runner
import StudyStore

/// How the runs of a study are to go on this machine, and what that takes.
package struct LocalPlan: Sendable {
  package var schedule: RunSchedule
  /// The runs that are not done.
  package var work: [Workload]
  package var cores: Int
  /// Runs whose ranks were chosen now.
  package var chosen: Set<Int> = []

  /// Wall time of each run on its ranks, s, by index; none where no pace is known.
  package var times_s: [Int: Double] {
    var times: [Int: Double] = [:]
    for item in work where !item.curve.points.isEmpty {
      times[item.run] = item.time_s(schedule.ranks(of: item.run))
    }
    return times
  }

  /// Until all runs are done, s; nil where no pace is known.
  package var duration_s: Double? {
    guard times_s.count == work.count else { return nil }
    return RunTimetable(work, ranks: schedule.ranks, cores: cores, jobs: schedule.jobs).end_s
  }

  package var coreHours: Double? {
    guard times_s.count == work.count else { return nil }
    return times_s.reduce(0) { $0 + $1.value * Double(schedule.ranks(of: $1.key)) } / 3600
  }

  /// The most runs that go at a time.
  package var mostJobs: Int {
    let least = work.map { schedule.ranks(of: $0.run) }.min() ?? 1
    return switch schedule.jobs {
    case .automatic: max(1, min(work.count, cores / max(1, least)))
    case .atMost(let most): min(most, max(1, work.count))
    }
  }

  /// The measured curves.
  package var curves: [PaceCurve] {
    work.reduce(into: []) { if $1.curve.isMeasured, !$0.contains($1.curve) { $0.append($1.curve) } }
  }
}

extension LocalPlan {
  /// What is left of a study that is under way.
  /// - Parameters:
  ///   - going: remaining wall times of the runs that go, s, by index.
  ///   - waiting: indices, in the order in which they start.
  /// - Returns: nil where a pace is not known.
  package func left_s(going: [Int: Double], waiting: [Int], pace factor: Double = 1) -> Double? {
    var items = going.map { (run: $0.key, ranks: schedule.ranks(of: $0.key), time_s: $0.value) }
    let times = times_s
    for run in waiting {
      guard let time_s = times[run] else { return nil }
      items.append((run, schedule.ranks(of: run), time_s * factor))
    }
    return RunTimetable(items, cores: cores, jobs: schedule.jobs).end_s
  }
}
