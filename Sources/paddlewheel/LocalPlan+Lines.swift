import Runner
import Scheduler

extension LocalPlan {
  /// The choice and its cost; nothing where all runs are done.
  var lines: [String] {
    guard !work.isEmpty else { return [] }
    var counts: [Int: Int] = [:]
    for item in work { counts[schedule.ranks(of: item.run), default: 0] += 1 }
    func text(_ ranks: Int) -> String { "\(ranks) \(ranks == 1 ? "rank" : "ranks")" }
    let runs = "\(work.count) \(work.count == 1 ? "run" : "runs")"
    let ranks =
      counts.count == 1
      ? "\(runs) on \(text(counts.keys.first ?? 1))\(work.count == 1 ? "" : " each")"
      : "\(runs): "
        + counts.sorted { $0.key < $1.key }.map { "\($0.value) on \(text($0.key))" }.joined(separator: ", ")
    let jobs = work.count == 1 ? "" : mostJobs == 1 ? ", one after another" : ", \(mostJobs) at a time"
    let choice = ranks + jobs + " on \(cores) \(cores == 1 ? "core" : "cores")"
    guard let duration_s, let coreHours else { return curves.map(\.line) + [choice] }
    let isMeasured = work.allSatisfy { $0.curve.isMeasured }
    return curves.map(\.line) + [
      choice + ": about \(duration(duration_s)), \(fixed(coreHours, coreHours < 10 ? 2 : 0)) core-hours"
    ] + (isMeasured ? [] : ["(at the pace of a usual processor; not measured here)"])
  }
}

extension PaceCurve {
  /// `416 atoms: 812.3 steps/s on 1 rank, 1350.0 on 2`.
  var line: String {
    let paces = points.enumerated().map { index, point in
      fixed(point.stepsPerSecond, 1) + (index == 0 ? " steps/s" : "") + " on \(point.ranks)"
        + (index == 0 ? (point.ranks == 1 ? " rank" : " ranks") : "")
    }
    return "\(atoms) atoms: \(paces.joined(separator: ", "))"
  }
}

extension LocalPlanner.PaceEvent {
  /// Nil where the plan says it.
  var line: String? {
    switch self {
    case .begins(let atoms, let ranks):
      "measuring the pace of \(atoms) atoms on \(ranks) \(ranks == 1 ? "rank" : "ranks")"
    case .ends: nil
    }
  }
}
