import ArgumentParser
import Manifest
import Runner
import Scheduler
import StudyStore
import Units

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Print the runs of a manifest as a table; create the study with --output.")

  @OptionGroup var source: StudySource

  @Flag(help: "Measure the pace on this machine, for some seconds on each number of ranks.") var measure =
    false

  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let own = try StudyPlan(manifestAt: source.manifest)
    let (plan, growth) = try source.output.map { try StudyDirectory.taking(own, at: $0) } ?? (own, nil)
    for line in growth.map({ $0.lines(plan) }) ?? [] { printToStandardError(line) }
    let table = try PlanTable(plan, estimate: systemEstimate, pace: atomStepsPerSecond)
    table.printWarnings()
    var study: StudyDirectory?
    if let output = source.output {
      try table.checkTrust()
      let written = try StudyDirectory(creating: output, plan: own)
      study = written
      printToStandardError("wrote \(written.path)")
    }
    if json {
      try printJSON(table)
    } else {
      print(textTable(Self.rows(table, plan)))
      for line in Self.protocols(table) { print(line) }
      for line in try await choice(plan, study, table) { print(line) }
      for line in Self.systemLines(table, plan) { print(line) }
    }
  }

  /// How the runs go on this machine, what that takes, and the disk.
  private func choice(_ plan: StudyPlan, _ study: StudyDirectory?, _ table: PlanTable) async throws
    -> [String]
  {
    let disk = "disk: \(bytes(table.estimatedDisk_bytes))"
    guard table.runs.contains(where: { $0.estimatedTime_s != nil }) else { return [disk] }
    let place = try study ?? StudyDirectory(unwritten: source.path(for: plan), plan: plan)
    let pool = CorePool()
    let stop = StopRequest()
    let meter = PaceMeter(path: study?.path ?? source.manifest, pool: pool, stop: stop)
    let measurement: LocalPlanner.Measurement = { try await meter.measure($0, ranks: $1, jobs: $2) }
    let planner = LocalPlanner(
      place, sizes: table.runs.map(\.atoms), wishes: LocalPlanner.Wishes(), pool: pool,
      measure: measure ? measurement : nil
    ) { if let line = $0.line { printToStandardError(line) } }
    return try await planner.plan().lines + [disk]
  }

  /// The ions of each system, masses that are not the standard ones, what computes the forces, and what the potentials say
  /// of the salts.
  private static func systemLines(_ table: PlanTable, _ plan: StudyPlan) -> [String] {
    var lines: [String] = []
    var runs: [String: [Int]] = [:]
    for row in table.runs {
      guard let ions = row.ions else { continue }
      if runs[ions] == nil { lines.append(ions) }
      runs[ions, default: []].append(row.index)
    }
    let several = lines.count > 1
    lines = lines.map { ions in
      let first = runs[ions]?.first ?? 0
      return several ? "ions from run \(first): \(ions)" : "ions: \(ions)"
    }
    var masses: [String] = []
    for run in plan.runs where !run.manifest.masses_amu.isEmpty {
      let text = run.manifest.masses_amu.text
      if !masses.contains(text) { masses.append(text) }
    }
    return lines + masses.map { "masses: \($0)" } + engines(plan).map { "forces from: \($0)" }
      + table.potentials.map { "potential: \($0)" }
  }

  /// The commands or addresses of the engines that drive runs.
  private static func engines(_ plan: StudyPlan) -> [String] {
    var found: [String] = []
    for run in plan.runs {
      guard case .driver(let driver) = run.manifest.simulated?.potential.form else { continue }
      if !found.contains(driver.text) { found.append(driver.text) }
    }
    return found
  }

  /// The stages of the runs: a line for each of the first few that differ.
  private static func protocols(_ table: PlanTable) -> [String] {
    var first: [(index: Int, text: String)] = []
    for run in table.runs {
      let text = run.stages.map { "\($0.name) (\($0.summary))" }.joined(separator: ", then ")
      if !text.isEmpty, !first.contains(where: { $0.text == text }) { first.append((run.index, text)) }
    }
    guard first.count > 1 else { return first.map { "stages: \($0.text)" } }
    let shown = first.prefix(4).map { "stages from run \($0.index) on: \($0.text)" }
    return shown + (first.count > 4 ? ["… \(first.count) different sequences of stages in all"] : [])
  }

  private static func rows(_ table: PlanTable, _ plan: StudyPlan) -> [[String]] {
    // Points beside the grid may give keys that no axis has.
    var axes = plan.runs.first?.point.map(\.axis) ?? []
    for coordinate in plan.runs.lazy.flatMap(\.otherAxes) where !axes.contains(coordinate.axis) {
      axes.insert(coordinate.axis, at: axes.count - 2)
    }
    // The composition as built; the requested one is an axis or in the manifest.
    let hasComposition = table.runs.contains { $0.composition != nil }
    let x = hasComposition ? ["x"] : []
    let heading = ["run"] + axes + x + ["atoms", "steps", "sampled", "time", "disk"]
    return [heading]
      + zip(table.runs, plan.runs).map { row, run in
        let x = hasComposition ? [fixed(row.composition, 4)] : []
        let point = axes.map { axis in run.point.first { $0.axis == axis }?.value ?? "–" }
        return [String(row.index)] + point + x + [
          row.atoms.map(String.init) ?? "–", String(row.steps),
          Quantity.print(run.manifest.sample_ps ?? 0, as: .time), duration(row.estimatedTime_s),
          bytes(row.estimatedDisk_bytes),
        ]
      }
  }
}
