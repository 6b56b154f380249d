import ArgumentParser
import Foundation
import Manifest
import Results
import Runner
import Scheduler
import StudyStore
import Support

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a whole study on this machine: plan, simulate its runs by mpirun, aggregate, report.",
    discussion: """
      Runs go side by side, each on cores of its own. Where the manifest does not say how many ranks a run has, they are \
      chosen by a short measurement so that the study is done soonest, and kept. \
      Resumes each run from its newest checkpoint. Ctrl-C writes checkpoints and stops; the same command resumes the study.
      """)

  @OptionGroup var source: StudySource

  @OptionGroup var jobs: JobOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Indices of the runs; by default all.", valueName: "0,3,…"))
  var only: String?

  @OptionGroup var discards: DiscardOptions

  @Flag(name: .shortAndLong, help: "Print the output of the ranks.") var verbose = false

  func run() async throws {
    let (manifest, plan) = try source.plans()
    let indices = try only.map { try runIndices($0, of: plan) }
    let discarded = try discards.attempts()
    // Every system is built once, before anything is written: one that cannot be built leaves no files.
    let table = try PlanTable(plan, ranks: jobs.ranks, estimate: systemEstimate, pace: atomStepsPerSecond)
    try table.checkTrust()
    table.printWarnings()
    let study = try StudyDirectory(creating: source.path(for: manifest), plan: manifest, command: "run")
    let hold = try StudyHold(.runs, of: study.path, command: "run", runs: indices)
    defer { hold.end() }
    for attempt in discarded { print(try study.discardMessage(attempt)) }
    let runs = LocalRuns(
      study: study, sizes: table.runs.map(\.atoms), wishes: jobs.wishes, isVerbose: verbose)
    let summary = try await runs.run(only: indices, stop: StopRequest(listening: true))
    let error = summary.error(in: study)
    let others = summary.unfinished.keys.filter { !summary.held.contains($0) }
    if error is StoppedError || (summary.done.isEmpty && others.isEmpty) {
      if let error { throw error }
    }
    let results = try StudyHold(.results, of: study.path, command: "run", wait_s: resultsWait_s)
    defer { results.end() }
    var missing: [String] = []
    do {
      missing = try AggregateCommand.aggregate(study, ranks: try AggregationRanks(), json: false)
    } catch let incomplete as IncompleteError where error != nil {
      printToStandardError("paddlewheel: \(incomplete)")
    }
    print(try await writeReport(of: study))
    if let error { throw error }
    if !missing.isEmpty, indices == nil {
      throw IncompleteError("the results do not include:", missing: missing)
    }
  }
}

/// How long `run`, `extend` and jobs wait for another command that computes the results, s: theirs are newer.
let resultsWait_s = 600.0

/// How long `aggregate` and `report` wait, s: not at all for a user, who is told, and as long as that in a batch job.
var userWait_s: Double {
  SlurmJob(environment: ProcessInfo.processInfo.environment) == nil ? 0 : resultsWait_s
}

/// Indices of runs, such as `0,3,5-7`.
/// - Throws: ``InputError``.
func runIndices(_ text: String, of plan: StudyPlan) throws -> [Int] {
  let last = plan.runs.count - 1
  let wanted = "runs from 0 to \(last), such as 0,3 or 5-7"
  var indices: [Int] = []
  for part in text.split(separator: ",", omittingEmptySubsequences: false) {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
      Int($0.filter { $0 != " " })
    }
    guard (1...2).contains(ends.count), let from = ends[0], let to = ends[ends.count - 1], from <= to,
      (0...last).contains(from), (0...last).contains(to)
    else { throw InputError(key: "--only", found: "'\(text)'", wanted: wanted) }
    indices += (from...to).filter { !indices.contains($0) }
  }
  return indices
}

extension RunCommand: FileProducing {}
