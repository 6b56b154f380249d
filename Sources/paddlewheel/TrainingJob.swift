import ArgumentParser
import Foundation
import Scheduler
import StudyStore
import Support
import Training

/// A training as a job of Slurm.
struct TrainingJob {
  /// Absolute.
  let folder: String
  let site: SiteProfile
  let ranks: Int
  /// Words of `train` before the folder.
  let words: [String]
  /// Of all models.
  let checkpoints: [String]

  private var tasks: TaskArrays {
    TaskArrays(folder: folder, site: site, ranks: ranks, resumes: true) { printToStandardError($0) }
  }

  private var command: [String] {
    [
      currentExecutable(), "train-job", "--retries", String(site.retries), "--retry-delay",
      String(site.retryDelay_s), "--record", "\(folder)/submissions/idle-starts",
    ] + checkpoints.flatMap { ["--progress", $0] } + ["--"]
      + RequeuedCommand.words(site, ranks: ranks, words + ["--output"])
  }

  /// The batch script.
  /// - Throws: ``InputError`` for a value that can't stand in it.
  func preview() throws -> String { try tasks.preview(command) }

  /// - Returns: the job; nil where one waits or runs already.
  /// - Throws: ``RunFailure`` with the error of sbatch, or where Slurm does not answer; ``InputError``, ``FileError``.
  func submit() async throws -> Int? {
    guard try await tasks.active().isEmpty else { return nil }
    return try await tasks.submit([folder], command: command, name: "train").first
  }
}

/// Internal: what the job of a training runs.
struct TrainingJobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "train-job", shouldDisplay: false)

  @Option(parsing: .unconditional) var retries: Int

  @Option(parsing: .unconditional, transform: decimalOption) var retryDelay: Double

  @Option(parsing: .unconditional) var record: String

  @Option(parsing: .unconditionalSingleValue) var progress: [String] = []

  @Argument(parsing: .postTerminator) var words: [String]

  /// For the command that has submitted the job to end, s.
  private static let wait_s = 60.0

  func run() async throws {
    let stop = StopRequest(listening: true)
    guard let folder = words.last else { throw ValidationError("no command") }
    let hold = try StudyHold(.runs, of: folder, command: "train", wait_s: Self.wait_s)
    defer { hold.end() }
    let command = try RequeuedCommand(
      words, progress: progress, record: record, retries: max(0, retries), retryDelay_s: max(0, retryDelay)
    ) {
      printToStandardError($0)
    }
    try await command.run(stop: stop).finish { $0 }
  }
}

extension TrainingJobCommand: FileProducing {}
