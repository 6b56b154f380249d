import ArgumentParser
import Manifest
import Runner
import Scheduler
import StudyStore

/// Submits the runs that a submission left because of Slurm's limit of jobs; called by the job of its results.
struct SubmitRestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "submit-rest", shouldDisplay: false)

  @Argument var study: String

  @Option(parsing: .unconditional) var submission: Int

  func run() async throws {
    let study = try StudyDirectory(opening: study)
    let earlier = try Submission.recorded(submission, of: study)
    guard let rest = earlier.rest else { return }
    let sizes = try PlanTable(
      study.plan, ranks: earlier.ranks, estimate: systemEstimate, pace: atomStepsPerSecond
    ).runs.map(\.atoms)
    let submitter = Submitter(
      study: study, site: earlier.site, ranks: earlier.ranks, retriesFailed: true, afterwards: earlier.afterwards
    ) { printToStandardError($0) }
    try await SubmitCommand.submit(
      submitter, study, only: rest, sizes: sizes, manifest: study.path, asking: false, dryRun: false)
  }
}
