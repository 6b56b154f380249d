import AdaptiveSampling
import ArgumentParser
import Foundation
import Manifest
import Results
import Runner
import Scheduler
import StudyStore
import Support
import Units

struct ExtendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extend",
    abstract: "Extend the sampling where it reduces the errors of D and Ea most, until a target is met.",
    discussion: """
      One round makes no run more than four times as long, because the errors that it plans with are uncertain. On this \
      machine the rounds follow each other; on a cluster the job that computes the results submits the next round.
      """)

  @OptionGroup var location: StudyLocation

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Target relative standard error of each D and of Ea.", valueName: "10%"))
  var target: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Target standard error of Ea, with its unit.", valueName: "\"20 meV\""))
  var targetEa: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Limit of the cost of all rounds, with its unit.", valueName: "\"100 core-h\""))
  var budget: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Site profile of the cluster to submit to; by default the runs are run on this machine.",
      valueName: "cluster/SITE.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var site: String?

  @Option(parsing: .unconditional, help: "Maximum number of rounds; by default as many as the target needs.")
  var rounds: Int?

  @OptionGroup var jobs: JobOptions

  @Flag(help: "Print the plan; write nothing.") var dryRun = false

  @Flag(help: "Skip the confirmation.") var yes = false

  /// Internal: started by the job that has just computed the results.
  @Flag(help: .hidden) var chained = false

  @Flag(help: "Print the plan as JSON; write nothing.") var json = false

  func validate() throws {
    if target == nil, targetEa == nil { throw ValidationError("wanted --target or --target-ea") }
    if site != nil, budget == nil, rounds == nil, !dryRun, !json {
      throw ValidationError(
        "--site: wanted --budget or --rounds too, because the rounds are submitted automatically")
    }
    if let rounds, rounds < 0 { throw ValidationError("--rounds: found \(rounds), wanted at least 0") }
  }

  func run() async throws {
    let goal = SamplingTarget(
      relative: try target.map { try quantityOption($0, as: .percentage, "--target") / 100 },
      energy_eV: try targetEa.map { try quantityOption($0, as: .energy, "--target-ea") })
    let most = try budget.map { try quantityOption($0, as: .coreTime, "--budget") }
    let profile = try site.map(SiteProfile.init(contentsOf:))
    var study = try location.open()
    let stop = StopRequest(listening: !dryRun && site == nil)
    var round = 1
    while true {
      let extender = StudyExtender(study, target: goal, budget: most)
      if !dryRun, !json, !chained {
        let hold = try StudyHold(.results, of: study.path, command: "extend", wait_s: resultsWait_s)
        defer { hold.end() }
        _ = try AggregateCommand.aggregate(study, ranks: try AggregationRanks(), json: false)
      }
      let sizes = try PlanTable(
        study.plan, ranks: jobs.ranks, estimate: systemEstimate, pace: atomStepsPerSecond,
        isPlanned: false
      )
      .runs
      .map(\.atoms)
      let cost = try await CostEstimate.measured(
        study, manifest: study.path, run: study.runs[0], atoms: { sizes[$0.index] })
      let (plan, whole) = try extender.plan(cost: cost) { sizes[$0.index] }
      if json { return try printJSON(Self.description(plan, whole)) }
      print(Self.table(plan, study))
      if !plan.isEmpty { for line in Self.outlook(whole, extender) { print(line) } }
      guard !plan.isEmpty else { return try Self.end(plan, extender) }
      if let rounds, round > rounds { throw IncompleteError("the target is not met after \(rounds) rounds") }
      print("this round: \(fixed(plan.cost, 2)) core-hours, from \(cost.source)")
      if dryRun { return }
      if !yes { try confirmation("Extend the sampling?") }
      if chained, study.hasCancelledRuns {
        throw IncompleteError("runs were cancelled: start extend again to resume them")
      }
      if let profile {
        // Checks that Slurm answers before the round is recorded.
        _ = try await Submitter(study: study, site: profile, ranks: jobs.ranks).plan(only: []) { cost }
      }
      if let profile {
        let (longer, runs) = try extender.add(plan)
        return try await submit(longer, profile, runs, sizes)
      }
      // Before the round is recorded: another command may be at work.
      let hold = try StudyHold(.runs, of: study.path, command: "extend")
      defer { hold.end() }
      let (longer, runs) = try extender.add(plan)
      study = longer
      try await sample(study, runs, sizes, stop)
      round += 1
    }
  }

  private func sample(_ study: StudyDirectory, _ runs: [Int], _ sizes: [Int?], _ stop: StopRequest)
    async throws
  {
    let local = LocalRuns(study: study, sizes: sizes, wishes: jobs.wishes)
    if let error = try await local.run(only: runs, stop: stop).error(in: study) { throw error }
    let hold = try StudyHold(.results, of: study.path, command: "extend", wait_s: resultsWait_s)
    defer { hold.end() }
    print(try await writeReport(of: study))
  }

  private func submit(_ study: StudyDirectory, _ profile: SiteProfile, _ runs: [Int], _ sizes: [Int?])
    async throws
  {
    let profilePath = URL(fileURLWithPath: site ?? "").path
    var words = [
      currentExecutable(), "extend", study.path, "--site", profilePath, "--yes", "--chained",
    ]
    if let target { words += ["--target", target] }
    if let targetEa { words += ["--target-ea", targetEa] }
    if let rounds { words += ["--rounds", String(max(0, rounds - 1))] }
    if let budget { words += ["--budget", budget] }
    if let ranks = jobs.ranks { words += ["--ranks", String(ranks)] }
    let ranks =
      try jobs.ranks ?? study.manifest.ranks
      ?? SubmittedRanks.choose(study, sizes: sizes, isWritten: true)
    let submitter = Submitter(
      study: study, site: profile, ranks: ranks, afterwards: words.map(shellQuoted).joined(separator: " ")
    ) { printToStandardError($0) }
    try await SubmitCommand.submit(
      submitter, study, only: runs, sizes: sizes, manifest: study.path, asking: false, dryRun: false)
  }

  // MARK: output

  private static func table(_ plan: SamplingPlan, _ study: StudyDirectory) -> String {
    var rows = [["set", "T / K", "error of D", "sampled / ps", "planned / ps", "then", "core-hours"]]
    for (index, point) in plan.points.enumerated() {
      let more_ps = plan.times_ps[index] - point.sampled_ps
      rows.append([
        String(point.set), fixed(point.temperature_K, 0),
        (point.diffused ? "" : "no D yet, hops ") + percent(point.relativeError), fixed(point.sampled_ps, 1),
        fixed(plan.times_ps[index], 1), percent(plan.plannedError(index)),
        fixed(more_ps * point.cost_per_ps, 2),
      ])
    }
    let energies = plan.energyErrors.sorted { $0.key < $1.key }.map { set, error in
      "set \(set): error of Ea \(percent(error)), then \(percent(plan.plannedEnergyErrors[set] ?? error))"
    }
    return ([textTable(rows)] + energies).joined(separator: "\n")
  }

  private static func percent(_ value: Double) -> String { fixed(100 * value, 1) + " %" }

  private static func text(_ target: SamplingTarget) -> String {
    let parts =
      [target.relative.map(percent), target.energy_eV.map { "\(fixed($0 * 1000, 1)) meV for Ea" }]
    return parts.compactMap { $0 }.joined(separator: " and ")
  }

  /// What all rounds are expected to cost, and what no time may bring.
  private static func outlook(_ whole: SamplingPlan, _ extender: StudyExtender) -> [String] {
    var lines: [String] = []
    if whole.meetsTarget {
      lines.append(
        "to the target of \(text(extender.target)): about \(fixed(whole.cost, 2)) core-hours in all")
    } else {
      let most = fixed(SamplingPlan.wholeGrowth, 0)
      lines.append(
        "the target of \(text(extender.target)) is out of reach: it needs above \(most) times the sampling")
    }
    let still = whole.points.filter { !$0.diffused }.map { fixed($0.temperature_K, 0) + " K" }
    if !still.isEmpty, extender.target.relative != nil {
      lines.append(
        "\(still.joined(separator: ", ")): no D yet; where nothing diffuses no relative target can be met (--target-ea asks for "
          + "Ea alone)")
    }
    return lines
  }

  private static func end(_ plan: SamplingPlan, _ extender: StudyExtender) throws {
    let goal = text(extender.target)
    if plan.meetsTarget { return print("the target of \(goal) is met") }
    let spent = fixed(try extender.spent(), 2)
    throw IncompleteError(
      "the target of \(goal) is not met, and the budget is exhausted: \(spent) core-hours are spent"
    )
  }

  private struct Row: Encodable {
    var set: Int
    var temperature_K: Double
    var relative_error: Double
    var diffused: Bool
    var sampled_ps: Double
    var planned_ps: Double
    var planned_relative_error: Double
  }

  private struct Description: Encodable {
    var points: [Row]
    var energy_relative_errors: [String: Double]
    var planned_energy_relative_errors: [String: Double]
    var core_hours: Double
    /// Of all rounds to the target; null where it is out of reach.
    @Nullable var total_core_hours: Double?
    var meets_target: Bool
  }

  private static func description(_ plan: SamplingPlan, _ whole: SamplingPlan) -> Description {
    func named(_ errors: [Int: Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: errors.map { (String($0.key), $0.value) })
    }
    return Description(
      points: plan.points.enumerated().map { index, point in
        Row(
          set: point.set, temperature_K: point.temperature_K, relative_error: point.relativeError,
          diffused: point.diffused, sampled_ps: point.sampled_ps, planned_ps: plan.times_ps[index],
          planned_relative_error: plan.plannedError(index))
      }, energy_relative_errors: named(plan.energyErrors),
      planned_energy_relative_errors: named(plan.plannedEnergyErrors), core_hours: plan.cost,
      total_core_hours: Nullable(wrappedValue: whole.meetsTarget ? whole.cost : nil),
      meets_target: plan.meetsTarget)
  }
}

extension ExtendCommand: FileProducing {
  var producesFilesOnly: Bool { !json && !dryRun }
}
