import ArgumentParser
import Manifest
import Runner
import Scheduler
import StudyStore

/// Submits the runs that a submission left because of Slurm's limit of jobs or, to another batch system, those that are not done;
/// called by the job of its results. Ends with 10 where it has submitted some.
struct SubmitRestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "submit-rest", shouldDisplay: false)

  @Argument var study: String

  @Option(parsing: .unconditional) var submission: Int

  func run() async throws {
    let study = try StudyDirectory(opening: study)
    let earlier = try Submission.recorded(submission, of: study)
    let rest = earlier.left.filter { !study.cancelMarker($0).exists }
    guard !rest.isEmpty else { return }
    // The files of a run whose job was killed a moment ago still say that it runs.
    if rest.contains(where: { study.state(of: $0).state == .running }) {
      try await Task.sleep(for: .seconds(65))
    }
    let sizes = try PlanTable(
      study.plan, ranks: earlier.ranks, estimate: systemEstimate, pace: atomStepsPerSecond
    ).runs.map(\.atoms)
    let submitter = Submitter(
      study: study, site: earlier.site, ranks: earlier.ranks, retriesFailed: earlier.rest != nil,
      continuing: earlier, afterwards: earlier.afterwards
    ) { printToStandardError($0) }
    try await Task.sleep(for: .seconds(submitter.delay_s(rest)))
    let hasSubmitted = try await SubmitCommand.submit(
      submitter, study, only: rest, sizes: sizes, manifest: study.path, asking: false, dryRun: false)
    if hasSubmitted { throw ExitCode(JobScript.restSubmitted) }
  }
}
