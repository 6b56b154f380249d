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
    abstract: "Sample longer where it reduces the errors of D and Ea most, until a target is met.",
    discussion: """
      Each round makes no point more than four times as long, for the errors that it plans with are uncertain \
      themselves. Here it goes on by itself from round to round; on a cluster the job that makes the results \
      submits the next one.
      """)

  @OptionGroup var location: StudyLocation

  @Option(help: ArgumentHelp("Relative standard error of each D and of Ea.", valueName: "10%")) var target:
    String

  @Option(help: ArgumentHelp("Most that all rounds may cost, with its unit.", valueName: "\"100 core-h\""))
  var budget: String?

  @Option(
    help: ArgumentHelp("Submit to this cluster; else the runs go on here.", valueName: "cluster/SITE.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var site: String?

  @Option(help: "Rounds at most; by default as many as the target needs.") var rounds: Int?

  @Option(help: "MPI processes of each run, in place of the manifest's.") var ranks: Int?

  @Flag(help: "Print the plan, and write nothing.") var dryRun = false

  @Flag(help: "Don't ask.") var yes = false

  /// Started by the job that has just made the results, not by a person.
  @Flag(help: .hidden) var chained = false

  @Flag(help: "Print the plan as JSON, and write nothing.") var json = false

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
    if site != nil, budget == nil, rounds == nil, !dryRun, !json {
      throw ValidationError("--site: wanted --budget or --rounds too, for the rounds go on by themselves")
    }
    if let rounds, rounds < 0 { throw ValidationError("--rounds: found \(rounds), wanted at least 0") }
  }

  func run() async throws {
    let goal = try quantity(target, .percentage, "--target") / 100
    let most = try budget.map { try quantity($0, .coreTime, "--budget") }
    let profile = try site.map(SiteProfile.init(contentsOf:))
    var study = try location.open()
    let stop = StopRequest(listening: !dryRun && site == nil)
    var round = 1
    while true {
      let extender = StudyExtender(study, target: goal, budget: most)
      if !dryRun, !json, !chained {
        _ = try AggregateCommand.aggregate(study, ranks: try AggregationRanks(), json: false)
      }
      let sizes = try PlanTable(study.plan, ranks: ranks, size: systemSize, pace: atomStepsPerSecond).runs
        .map(\.atoms)
      let cost = try await CostEstimate.measured(
        study, manifest: study.path, run: study.runs[0], atoms: { sizes[$0.index] })
      let plan = try extender.plan(cost: cost) { sizes[$0.index] }
      if json { return try printJSON(Self.description(plan)) }
      print(Self.table(plan, study))
      guard !plan.isEmpty else { return try Self.end(plan, extender) }
      if let rounds, round > rounds { throw IncompleteError("the target is not met after \(rounds) rounds") }
      print("this round: \(fixed(plan.cost, 2)) core-hours, from \(cost.source)")
      if dryRun { return }
      if !yes { try confirmation("Sample that much more?") }
      if chained, study.hasCancelledRuns {
        throw IncompleteError("runs were cancelled: extend goes on when it is started again")
      }
      if let profile {
        // Not booked where Slurm does not answer.
        _ = try await Submitter(study: study, site: profile, ranks: ranks).plan(only: []) { cost }
      }
      let (longer, runs) = try extender.add(plan)
      study = longer
      if let profile {
        return try await submit(study, profile, runs, sizes)
      }
      try await sample(study, runs, stop)
      round += 1
    }
  }

  private func sample(_ study: StudyDirectory, _ runs: [Int], _ stop: StopRequest) async throws {
    let printer = ProgressPrinter(study: study, isVerbose: false)
    let runner = StudyRunner(study: study, launcher: MPILauncher.local, ranks: ranks, only: runs, stop: stop)
    {
      printer.show($0)
    }
    if let error = try await runner.run().error(in: study) { throw error }
    print(try await writeReport(of: study))
  }

  private func submit(_ study: StudyDirectory, _ profile: SiteProfile, _ runs: [Int], _ sizes: [Int?])
    async throws
  {
    let profilePath = URL(fileURLWithPath: site ?? "").path
    var words = [
      currentExecutable(), "extend", study.path, "--target", target, "--site", profilePath, "--yes",
      "--chained",
    ]
    if let rounds { words += ["--rounds", String(max(0, rounds - 1))] }
    if let budget { words += ["--budget", budget] }
    if let ranks { words += ["--ranks", String(ranks)] }
    let submitter = Submitter(
      study: study, site: profile, ranks: ranks, afterwards: words.map(shellQuoted).joined(separator: " ")
    ) { printToStandardError($0) }
    try await SubmitCommand.submit(
      submitter, study, only: runs, sizes: sizes, manifest: study.path, asking: false, dryRun: false)
  }

  private func quantity(_ text: String, _ dimension: PhysicalDimension, _ option: String) throws -> Double {
    // `10%` and `10 %` alike.
    guard let value = try? Quantity.parse(text, as: dimension), value > 0 else {
      throw InputError(
        key: option, found: "'\(text)'", wanted: "\(dimension.name) above 0, such as \(dimension.example)")
    }
    return value
  }

  // MARK: what is printed

  private static func table(_ plan: SamplingPlan, _ study: StudyDirectory) -> String {
    var rows = [["set", "T / K", "error of D", "sampled / ps", "to be / ps", "then", "core-hours"]]
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

  private static func end(_ plan: SamplingPlan, _ extender: StudyExtender) throws {
    if plan.meetsTarget { return print("the target of \(percent(extender.target)) is met") }
    let spent = fixed(try extender.spent(), 2)
    throw IncompleteError(
      "the target of \(percent(extender.target)) is not met, and nothing more fits the budget: \(spent) core-hours are spent"
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
    var meets_target: Bool
  }

  private static func description(_ plan: SamplingPlan) -> Description {
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
      meets_target: plan.meetsTarget)
  }
}
