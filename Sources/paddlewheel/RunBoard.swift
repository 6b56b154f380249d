import Foundation
import Manifest
import Scheduler
import StudyStore

/// What is known of the runs that this command goes through, and the lines that show it.
struct RunBoard {
  private let plan: LocalPlan
  /// All of the study.
  private let runCount: Int
  /// Of this command's runs.
  private var total: Int
  private var waiting: [Int]
  private var going: [Int: (run: RunSpecification, state: RunState?, place: LaunchPlace)] = [:]
  private var done = 0
  private var failed = 0
  private var others = 0
  /// Measured over expected wall times, of the runs that went or go.
  private var factors: [Int: Double] = [:]
  /// Expected wall times, s, and steps that were left, by the run's index.
  private let times_s: [Int: Double]
  private let steps: [Int: Int]

  init(_ study: StudyDirectory, _ plan: LocalPlan) {
    self.plan = plan
    runCount = study.runs.count
    times_s = plan.times_s
    steps = Dictionary(plan.work.map { ($0.run, $0.steps) }) { first, _ in first }
    waiting = plan.schedule.order
    total = plan.schedule.order.count
    let open = Set(plan.work.map(\.run))
    done = waiting.count { !open.contains($0) }
    waiting.removeAll { !open.contains($0) }
  }

  // MARK: events

  mutating func take(_ event: RunEvent) {
    switch event {
    case .started(let run, _, let place):
      waiting.removeAll { $0 == run.index }
      going[run.index] = (run, nil, place)
    case .progress(let run, let state):
      going[run.index]?.state = state
      if let pace = state.stepsPerSecond, pace > 0, let expected_s = times_s[run.index], expected_s > 0,
        let steps = steps[run.index], steps > 0
      {
        factors[run.index] = Double(steps) / pace / expected_s
      }
    case .ended(let run, let outcome):
      going[run.index] = nil
      switch outcome {
      case .done: done += 1
      case .failed: failed += 1
      case .stopped, .held: others += 1
      }
    case .skipped(let run, _):
      waiting.removeAll { $0 == run.index }
      others += 1
    case .startsAgain(let run, _): going[run.index]?.state = nil
    case .line, .waits, .stopping: break
    }
  }

  /// The line about an event; nil for one that the block or nobody needs.
  func line(of event: RunEvent, isVerbose: Bool) -> String? {
    switch event {
    case .started(let run, let resumed, let place):
      "\(name(run)) \(resumed ? "resumes" : "starts")\(at(place))"
    case .progress: nil
    case .line(let run, let text): isVerbose ? "\(name(run)) \(text)" : nil
    case .ended(let run, .done): "\(name(run)) done"
    case .ended(let run, .stopped): "\(name(run)) stopped"
    case .ended(let run, .failed(let code, let message)): "\(name(run)) failed (exit \(code)): \(message)"
    case .ended(let run, .held(let text)): "\(name(run)) left alone: \(text)"
    case .startsAgain(let run, let message):
      "\(name(run)) stood still, and goes on from its checkpoint: \(message)"
    case .skipped(let run, let reason): "\(name(run)) skipped: \(reason)"
    case .waits(let run): "\(name(run)) waits: other processes of paddlewheel have the cores"
    case .stopping(let requests, let going):
      switch requests {
      case 1:
        "stopping: \(going == 1 ? "the run writes a checkpoint and ends" : "\(going) runs write checkpoints and end"); "
          + "once more (Ctrl-C) ends \(going == 1 ? "it" : "them") without"
      case 2: "ending without a checkpoint; once more kills"
      default: "killing"
      }
    }
  }

  private func at(_ place: LaunchPlace) -> String {
    let ranks = "\(place.ranks) \(place.ranks == 1 ? "rank" : "ranks")"
    guard let cores = place.cores, !cores.isEmpty else { return " on \(ranks)" }
    let numbers = numberRanges(cores.map(\.number))
    return " on \(ranks), \(cores.count == 1 ? "core" : "cores") \(numbers)"
  }

  private func name(_ run: RunSpecification) -> String {
    "[\(run.index + 1)/\(runCount)] \(run.directoryName):"
  }

  // MARK: lines

  /// Of all runs: `5 of 8 done, 1 failed, 12 min left, 34.5 ns/day`.
  var summary: String {
    var parts = ["\(done) of \(total) done"]
    if failed > 0 { parts.append("\(failed) failed") }
    if let left_s { parts.append("\(duration(left_s)) left") }
    let pace = going.values.compactMap { $0.state?.ns_per_day }
    if !pace.isEmpty { parts.append("\(fixed(pace.reduce(0, +), 2)) ns/day") }
    return parts.joined(separator: ", ")
  }

  /// Until all are done, s.
  private var left_s: Double? {
    var times: [Int: Double] = [:]
    for (index, entry) in going {
      let left_s = entry.state?.timeLeft_s ?? times_s[index].map { $0 * factor }
      guard let left_s else { return nil }
      times[index] = left_s
    }
    return plan.left_s(going: times, waiting: waiting, pace: factor)
  }

  /// By which runs take longer than expected.
  private var factor: Double {
    let values = factors.values.sorted()
    return values.isEmpty ? 1 : values[values.count / 2]
  }

  /// Simulated steps done over all, of this command's runs.
  private var share: Double {
    let all = plan.work.reduce(0.0) { $0 + Double($1.steps) }
    guard all > 0 else { return 1 }
    let open = Set(waiting)
    let left = plan.work.reduce(0.0) { sum, work in
      if open.contains(work.run) { return sum + Double(work.steps) }
      guard let entry = going[work.run] else { return sum }
      return sum + (entry.state.map { Double(max(0, $0.steps - $0.step)) } ?? Double(work.steps))
    }
    return min(1, max(0, 1 - left / all))
  }

  /// What a log gets now and then: a line for all, or for the only run.
  var logLines: [String] {
    if total == 1, let only = going.values.first, let state = only.state {
      return ["\(name(only.run)) \(progressText(state, only.run.manifest))"]
    }
    return [summary]
  }

  /// The lines of a terminal: a run each, as far as there is room, and one for all.
  func block(width: Int, height: Int) -> [String] {
    let entries = going.values.sorted { $0.run.index < $1.run.index }
    let room = entries.count <= height - 1 ? entries.count : max(0, height - 2)
    var lines = entries.prefix(room).map { entry in
      let text = entry.state.map { progressText($0, entry.run.manifest) } ?? "starting"
      return fitted("\(name(entry.run)) \(text)", width)
    }
    if room < entries.count { lines.append("… and \(entries.count - room) more") }
    let text = summary
    let length = max(0, min(30, width - text.count - 3))
    let full = Int((share * Double(length)).rounded(.down))
    let bar =
      length < 5
      ? ""
      : "[" + String(repeating: "#", count: full)
        + String(repeating: ".", count: length - full) + "] "
    lines.append(String((bar + text).prefix(width)))
    return lines
  }
}

/// A text without the last of its parts, as far as a width wants it.
func fitted(_ text: String, _ width: Int) -> String {
  var parts = text.split(separator: ", ", omittingEmptySubsequences: false)
  while parts.count > 1, parts.reduce(2 * (parts.count - 1), { $0 + $1.count }) > width { parts.removeLast() }
  return String(parts.joined(separator: ", ").prefix(width))
}

/// `0-3,7`.
private func numberRanges(_ numbers: [Int]) -> String {
  var parts: [(Int, Int)] = []
  for number in numbers.sorted() {
    if let last = parts.last, last.1 + 1 == number {
      parts[parts.count - 1].1 = number
    } else {
      parts.append((number, number))
    }
  }
  return parts.map { $0 == $1 ? "\($0)" : "\($0)-\($1)" }.joined(separator: ",")
}

/// The progress of a run, in physical units.
func progressText(_ state: RunState, _ manifest: Manifest) -> String {
  if let stage = state.stage, manifest.simulated?.stages[stage.rawValue]?.minimisation != nil {
    return stage.rawValue + (state.message.map { ", \($0)" } ?? "")
  }
  var parts = [
    "\(state.stage?.rawValue ?? "starting") \(fixed(state.time_ps, 2)) of \(fixed(manifest.time_ps, 2)) ps"
  ]
  if let pace = state.ns_per_day { parts.append("\(fixed(pace, 2)) ns/day") }
  if let left_s = state.timeLeft_s { parts.append("\(duration(left_s)) left") }
  if let temperature = state.temperature_K { parts.append("\(fixed(temperature, 0)) K") }
  if let drift = state.energyDrift_meV_per_atom {
    parts.append("drift \(String(format: "%+.3f", drift)) meV/atom")
  }
  return parts.joined(separator: ", ")
}
