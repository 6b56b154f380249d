import ArgumentParser
import Scheduler
import StudyStore
import Support

/// Internal: what each task of a submitted job array runs.
struct ArrayTaskCommand: AsyncParsableCommand {
  // Batch scripts of earlier submissions call it by this name.
  static let configuration = CommandConfiguration(commandName: "element", shouldDisplay: false)

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Option(parsing: .unconditional, help: "Number of the submission.") var submission: Int

  @Option(parsing: .unconditional, help: "Index of the run minus the index of the array task.") var offset:
    Int

  func run() async throws {
    let stop = StopRequest(listening: true)
    let study = try StudyDirectory(opening: directory)
    let end: ArrayTask.End
    let what: String
    if let pack = try PackTask(study: study, submission: submission, log: { printToStandardError($0) }) {
      what = "of the runs"
      end = try await pack.run(stop: stop)
    } else {
      let task = try ArrayTask(study: study, submission: submission, offset: offset) {
        printToStandardError($0)
      }
      what = "the run"
      end = try await task.run(stop: stop)
    }
    try end.finish { "nothing to do: \(what) \($0)" }
  }
}

extension ArrayTask.End {
  /// Says how the task ended, and ends the command as Slurm is to see it.
  /// - Throws: ``StoppedError``; the exit code.
  func finish(skipped: (String) -> String) throws {
    switch self {
    case .done: printToStandardError("done")
    case .skipped(let reason): printToStandardError(skipped(reason))
    case .stopped(let message): throw StoppedError(message)
    case .failed(let code, let message):
      printToStandardError("paddlewheel: \(message)")
      throw ExitCode(code)
    }
  }
}

extension ArrayTaskCommand: FileProducing {}
