import Foundation
import Results
import Runner
import Scheduler
import StudyStore
import Support

/// The state of a study in 80 columns: a line for each run, what stopped it, totals, and the newest D.
struct StatusTable {
  let status: StudyStatus
  /// The results that were written last; nil where there are none.
  let results: StudySummary?
  /// D so far of the runs themselves.
  var soFar: [NewestDiffusivity] = []
  /// Files of runs that could not be read.
  var unread: [String] = []

  static let width = 80

  /// The last parts of the axes' names, as far as these differ.
  private var axes: [(key: String, name: String)] {
    let keys = Set(status.runs.flatMap(\.point.keys)).sorted { rank($0) < rank($1) }
    // Axes of which all runs have one value say nothing.
    let told = keys.filter { key in Set(status.runs.map { $0.point[key] }).count > 1 }
    let shown = told.isEmpty ? keys.filter { $0 == "temperature" } : told
    let lasts = shown.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    return zip(shown, lasts).map { key, last in (key, lasts.count { $0 == last } > 1 ? key : Self.short(last))
    }
  }

  private func rank(_ key: String) -> (Int, String) {
    (key == "temperature" ? 0 : key == "replica" ? 2 : 1, key)
  }

  private static func short(_ name: String) -> String { name == "temperature" ? "T" : name }

  /// Heading and a row for each run.
  var rows: [[String]] {
    let axes = axes
    let hasJobs = status.runs.contains { $0.job != nil }
    let heading =
      ["run"] + axes.map(\.name) + ["state", "stage", "done", "ps", "ns/day", "left"]
      + (hasJobs ? ["job"] : [])
    return [heading]
      + status.runs.map { run in
        let share =
          run.steps > 0 ? "\(Int((100 * Double(run.step) / Double(run.steps)).rounded(.down))) %" : "–"
        return [String(run.index)] + axes.map { Self.cut(run.point[$0.key] ?? "–", to: 18) }
          + [
            run.state.rawValue, run.stage?.rawValue ?? "–", share, fixed(run.time_ps, 2),
            fixed(run.ns_per_day, 2),
          ]
          + [duration(run.timeLeft_s)] + (hasJobs ? [run.job.map { "\($0)" } ?? "–"] : [])
      }
  }

  /// What was said of runs, a line each.
  var messages: [String] {
    status.runs.compactMap { run in
      run.message.map { "\(run.index) \(run.directory): \($0)" }
    } + unread
  }

  /// Whether the runs know more than the results: some are not done, or there are no results.
  var isAhead: Bool {
    !soFar.isEmpty && (results == nil || status.runs.contains { $0.state != .done })
  }

  /// `5 of 8 done, 1 running, 12 min left, 31 ns/day`.
  var totals: String {
    let counts = [RunState.Phase.running, .queued, .stopped, .failed, .unknown].compactMap {
      phase -> String? in
      let count = status.runs.count { $0.state == phase }
      return count == 0 ? nil : "\(count) \(phase.rawValue)"
    }
    let done = status.runs.count { $0.state == .done }
    var parts = ["\(done) of \(status.runs.count) done"] + counts
    if let left = left_s { parts.append("\(duration(left)) left") }
    let speed = status.runs.filter { $0.state == .running }.compactMap(\.ns_per_day).reduce(0, +)
    if speed > 0 { parts.append("\(fixed(speed, 1)) ns/day") }
    return parts.joined(separator: ", ")
  }

  /// How busy packs have kept their cores, a line for each submission.
  var efficiencies: [String] { status.packs.map { wrapped($0.line, width: Self.width) } }

  /// What is left of the steps of all unfinished runs at the speed of those that run; nil where none does.
  private var left_s: Double? {
    let speed = status.runs.filter { $0.state == .running }.compactMap(\.stepsPerSecond).reduce(0, +)
    guard speed > 0 else { return nil }
    let left = status.runs.filter { ![.done, .failed].contains($0.state) }.reduce(0.0) {
      $0 + Double(max(0, $1.steps - $1.step))
    }
    return left / speed
  }

  /// The newest D of each temperature.
  var diffusivities: [[String]] {
    if isAhead { return [["set", "T", "D / (cm²/s)", "sampled"]] + soFar.map(Self.row) }
    guard let results else { return [] }
    let rows = results.sets.flatMap { set in
      set.temperatures.map { t in
        let bound = t.upperBound_A2_per_ps.map {
          String(format: "%.1e", $0 * TemperatureSummary.cm2PerSecond)
        }
        let value = t.diffusivity_A2_per_ps.map { value in
          String(format: "%.2e", value * TemperatureSummary.cm2PerSecond)
            + (t.diffusivityError.map { String(format: " ± %.1e", $0 * TemperatureSummary.cm2PerSecond) }
              ?? "")
        }
        return [
          set.point.isEmpty
            ? set.mobile ?? ""
            : Self.cut(set.point.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", "), to: 26),
          "\(fourDigits(t.temperature_K)) K", t.outcome.text(value: value ?? "–", upperBound: bound),
          "\(fourDigits(t.sampled_ps)) ps",
        ]
      }
    }
    return rows.isEmpty ? [] : [["set", "T", "D / (cm²/s)", "sampled"]] + rows
  }

  private static func row(_ newest: NewestDiffusivity) -> [String] {
    let unit = TemperatureSummary.cm2PerSecond
    let value = String(format: "%.2e", newest.diffusivity_A2_per_ps * unit)
    let error = newest.error_A2_per_ps.map { String(format: " ± %.1e", $0 * unit) } ?? ", error not known yet"
    return [
      newest.point.isEmpty ? newest.species : cut(newest.point.map(\.value).joined(separator: ", "), to: 26),
      "\(fourDigits(newest.temperature_K)) K", value + error, "\(fourDigits(newest.sampled_ps)) ps",
    ]
  }

  /// Where ``diffusivities`` come from.
  var origin: String {
    isAhead
      ? "D so far, from the displacements that the runs add up themselves"
      : "D when the results were last computed (paddlewheel aggregate)"
  }

  private static func cut(_ text: String, to length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 1) + "…"
  }

  /// For a terminal.
  var text: String {
    var parts = [textTable(rows)]
    if !messages.isEmpty {
      parts.append(messages.map { wrapped(visible($0), width: Self.width) }.joined(separator: "\n"))
    }
    parts.append(([totals] + efficiencies).joined(separator: "\n"))
    let newest = diffusivities
    if !newest.isEmpty {
      parts.append("\(origin):\n" + textTable(newest))
    }
    return parts.joined(separator: "\n\n")
  }
}
