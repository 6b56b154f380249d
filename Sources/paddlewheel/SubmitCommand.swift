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
      "Send what is missing of a study to Slurm: an array of its runs, and a job that makes the results.",
    discussion: """
      Never submits a run twice. The same command goes on with whatever stopped. Elements that reach their time \
      limit write a checkpoint and go back into the queue by themselves.
      """)

  @OptionGroup var source: StudySource

  @Option(
    help: ArgumentHelp("The cluster's profile.", valueName: "cluster/SITE.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var site: String

  @Flag(help: "Print what would be submitted, and write nothing.") var dryRun = false

  @Flag(help: "Don't ask.") var yes = false

  @Option(help: ArgumentHelp("Only these runs, by index.", valueName: "0,3,…")) var only: String?

  @Option(help: "MPI processes of each run, in place of the manifest's.") var ranks: Int?

  @Flag(help: "Also runs that failed as often as the profile's retries allow.") var retryFailed = false

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
  }

  func run() async throws {
    let plan = try StudyPlan(manifestAt: source.manifest)
    let indices = try only.map { try runIndices($0, of: plan) }
    let profile = try SiteProfile(contentsOf: site)
    let table = try PlanTable(plan, ranks: ranks, size: systemSize, pace: atomStepsPerSecond)
    let path = source.path(for: plan)
    let isThere = FileManager.default.fileExists(atPath: "\(path)/study.yaml")
    let study =
      dryRun && !isThere
      ? StudyDirectory(imagined: path, plan: plan) : try StudyDirectory(creating: path, plan: plan)
    let submitter = Submitter(study: study, site: profile, ranks: ranks, retriesFailed: retryFailed) {
      printToStandardError($0)
    }
    try await Self.submit(
      submitter, study, only: indices, sizes: table.runs.map(\.atoms), manifest: source.manifest,
      asking: !yes, dryRun: dryRun)
  }

  /// Plans, shows, asks and sends.
  /// - Parameter sizes: atoms of each run.
  static func submit(
    _ submitter: Submitter, _ study: StudyDirectory, only: [Int]?, sizes: [Int?], manifest: String,
    asking: Bool,
    dryRun: Bool
  ) async throws {
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
      return
    }
    print(summary(plan, study))
    if dryRun { return print(submitter.preview(plan)) }
    if asking { try confirmation("Submit?") }
    guard let submission = try await submitter.submit(plan) else {
      print("nothing was left to submit")
      return
    }
    let jobs = submission.parts.compactMap { $0.job.map(String.init) }.joined(separator: ", ")
    let results = submission.coordinator.map { "; job \($0) makes the results" } ?? ""
    print("submitted \(submission.parts.reduce(0) { $0 + $1.runs.count }) runs as array \(jobs)\(results)")
    print("paddlewheel status \(study.path)")
  }

  private static func summary(_ plan: SubmissionPlan, _ study: StudyDirectory) -> String {
    let cost = plan.cost
    let starts = max(1, (cost.longest_s / (plan.site.timeLimit_s - plan.margin_s)).rounded(.up))
    var lines = [
      "\(plan.runs.count) of \(study.runs.count) runs on \(plan.ranks) ranks each, \(plan.done) are done",
      "about \(fixed(cost.coreHours(ranks: plan.ranks), 1)) core-hours, the longest run \(duration(cost.longest_s)): "
        + "from \(cost.source)"
        + (plan.ranks > 1 ? ", as if \(plan.ranks) ranks were \(plan.ranks) times as fast as one" : ""),
      "time limit \(duration(plan.site.timeLimit_s)) for each run"
        + (starts > 1 ? ": \(Int(starts)) starts" : "")
        + ", a checkpoint \(duration(plan.margin_s)) before it",
    ]
    if let most = plan.site.maxRunning { lines.append("at most \(most) at the same time") }
    return lines.joined(separator: "\n")
  }
}

/// Asks before something is spent.
/// - Throws: ``InputError`` where the answer is not yes, or nobody is there to give it.
func confirmation(_ question: String) throws {
  guard isatty(STDIN_FILENO) != 0 else {
    throw InputError("there is no terminal to ask at; give --yes to go on, or --dry-run to look")
  }
  print("\(question) [y/N] ", terminator: "")
  fflush(nil)
  guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else { throw InputError("not confirmed") }
}
