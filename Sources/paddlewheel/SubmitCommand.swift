import ArgumentParser
import Foundation
import Manifest
import Runner
import Scheduler
import StudyStore
import Support

struct SubmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract:
      "Submit the unfinished runs of a study to Slurm as a job array, with a job that computes the results.",
    discussion: """
      No run is submitted twice. The same command resumes runs that have stopped. An array task that reaches its time \
      limit writes a checkpoint and requeues itself.
      """)

  @OptionGroup var source: StudySource

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Site profile of the cluster.", valueName: "cluster/SITE.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var site: String

  @Flag(help: "Print the scripts and commands; write and submit nothing.") var dryRun = false

  @Flag(help: "Skip the confirmation.") var yes = false

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Indices of the runs; by default all.", valueName: "0,3,…"))
  var only: String?

  @OptionGroup var discards: DiscardOptions

  @Option(parsing: .unconditional, help: "MPI ranks of each run, instead of the manifest's.") var ranks: Int?

  @Flag(help: "Include failed runs that have used up the retries of the site profile.") var retryFailed =
    false

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
  }

  func run() async throws {
    let (manifest, plan) = try source.plans()
    let indices = try only.map { try runIndices($0, of: plan) }
    let discarded = try discards.attempts()
    guard !dryRun || discarded.isEmpty else {
      throw InputError(key: "--discard-attempt", found: "--dry-run beside it", wanted: "one of the two")
    }
    let profile = try SiteProfile(contentsOf: site)
    let table = try PlanTable(plan, ranks: ranks, estimate: systemEstimate, pace: atomStepsPerSecond)
    try table.checkTrust()
    table.printWarnings()
    let path = source.path(for: manifest)
    let study =
      dryRun
      ? try StudyDirectory(unwritten: path, plan: plan)
      : try StudyDirectory(creating: path, plan: manifest, command: "submit")
    for attempt in discarded { print(try study.discardMessage(attempt)) }
    let sizes = table.runs.map(\.atoms)
    let chosen =
      try ranks ?? study.manifest.ranks
      ?? SubmittedRanks.choose(study, sizes: sizes, isWritten: !dryRun)
    let submitter = Submitter(study: study, site: profile, ranks: chosen, retriesFailed: retryFailed) {
      printToStandardError($0)
    }
    try await Self.submit(
      submitter, study, only: indices, sizes: sizes, manifest: source.manifest,
      asking: !yes, dryRun: dryRun)
  }

  /// Plans, prints the plan, asks for confirmation and submits.
  /// - Parameter sizes: atoms of each run.
  /// - Returns: whether anything was submitted.
  @discardableResult
  static func submit(
    _ submitter: Submitter, _ study: StudyDirectory, only: [Int]?, sizes: [Int?], manifest: String,
    asking: Bool,
    dryRun: Bool
  ) async throws -> Bool {
    let largest = sizes.indices.max { sizes[$0] ?? 0 < sizes[$1] ?? 0 } ?? 0
    var plan = try await submitter.plan(only: only) {
      try await CostEstimate.measured(
        study, manifest: manifest, run: study.runs[largest], atoms: { sizes[$0.index] })
    }
    plan.count(study, sizes: sizes)
    for (index, reason) in plan.leftOut.sorted(by: { $0.key < $1.key }) {
      printToStandardError("\(study.runs[index].directoryName): \(reason)")
    }
    guard !plan.runs.isEmpty else {
      print("nothing to submit: \(plan.done) of \(study.runs.count) runs are done")
      return false
    }
    print(summary(plan, study))
    if dryRun {
      print(try submitter.preview(plan))
      return false
    }
    if asking { try confirmation("Submit?") }
    let hold = try StudyHold(.runs, of: study.path, command: "submit", runs: plan.runs)
    defer { hold.end() }
    guard let submission = try await submitter.submit(plan) else {
      print("nothing left to submit: another process has submitted these runs")
      return false
    }
    let jobs = submission.parts.compactMap { $0.job.map(String.init) }.joined(separator: ", ")
    let results = submission.coordinator.map { "; job \($0) computes the results" } ?? ""
    let packs = submission.parts.compactMap(\.packs).first.map { " in \($0) packs" } ?? ""
    print(
      "submitted \(submission.parts.reduce(0) { $0 + $1.runs.count }) runs\(packs) as array \(jobs)\(results)"
    )
    if let rest = submission.rest, submission.coordinator != nil {
      print("Slurm accepts no more jobs at once: the job of the results submits the other \(rest.count) runs")
    }
    print("paddlewheel status \(study.path)")
    return true
  }

  private static func summary(_ plan: SubmissionPlan, _ study: StudyDirectory) -> String {
    let cost = plan.cost
    let starts = max(1, (cost.longest_s / (plan.site.timeLimit_s - plan.margin_s)).rounded(.up))
    var lines = [
      "\(plan.runs.count) of \(study.runs.count) runs on \(plan.ranks) ranks each; \(plan.done) are done",
      "about \(fixed(cost.coreHours(ranks: plan.ranks), 1)) core-hours, \(duration(cost.longest_s)) for the longest run; "
        + "from \(cost.source)"
        + (plan.ranks > 1 ? ", assuming linear scaling to \(plan.ranks) ranks" : ""),
      "time limit \(duration(plan.site.timeLimit_s)) for each \(plan.pack == nil ? "run" : "array task")"
        + (starts > 1 ? " (\(Int(starts)) starts)" : "")
        + ", with a checkpoint \(duration(plan.margin_s)) before it",
    ]
    if let pack = plan.pack, let packs = plan.packs {
      lines.append(
        "\(packs) array tasks \(pack.size == .node ? "on a whole node" : "of \(pack.cores) cores") each, with up to "
          + "\(plan.slots) runs side by side")
    } else if let most = plan.site.maxRunning {
      lines.append("at most \(most) at the same time")
    }
    return lines.joined(separator: "\n")
  }
}

/// Asks for confirmation.
/// - Throws: ``InputError`` where the answer is not yes, or standard input is not a terminal.
func confirmation(_ question: String) throws {
  guard isatty(STDIN_FILENO) != 0 else {
    throw InputError("no terminal for the confirmation: give --yes to skip it, or --dry-run to see the plan")
  }
  print("\(question) [y/N] ", terminator: "")
  guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else { throw InputError("not confirmed") }
}

extension SubmitCommand: FileProducing {
  var producesFilesOnly: Bool { !dryRun }
}
