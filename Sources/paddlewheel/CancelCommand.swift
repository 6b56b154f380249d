import ArgumentParser
import Scheduler
import StudyStore
import Support

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Stop runs, here or in Slurm, with a checkpoint; submit or run goes on with them.")

  @Argument(help: "The study's directory.", completion: .directory) var directory: String

  @Argument(help: ArgumentHelp("Only these runs, by index.", valueName: "0,3,…")) var only: String?

  @Option(help: "Seconds to wait for running ones to write their checkpoint.") var wait = 60.0

  @Flag(help: "Print JSON.") var json = false

  private struct Result: Encodable {
    var cancelled: [Int]
    var stillRunning: [Int]
    var slurmProblem: String?

    enum CodingKeys: String, CodingKey {
      case cancelled
      case stillRunning = "still_running"
      case slurmProblem = "slurm_problem"
    }
  }

  func run() async throws {
    let study = try StudyDirectory(opening: directory)
    let indices = try only.map { try runIndices($0, of: study.plan) }
    let result = try await Cancellation(study) { printToStandardError($0) }
      .cancel(indices, patience_s: wait)
    if json {
      try printJSON(
        Result(
          cancelled: result.cancelled, stillRunning: result.stillRunning, slurmProblem: result.problem))
    } else if result.cancelled.isEmpty {
      print("nothing runs or waits")
    } else {
      print("cancelled: " + result.cancelled.map { study.runs[$0].directoryName }.joined(separator: ", "))
    }
    var missing = result.stillRunning.map { "\(study.runs[$0].directoryName) has not stopped yet" }
    if let problem = result.problem {
      missing.append("\(problem): elements in the queue are still there, and do nothing when they start")
    }
    if !missing.isEmpty { throw IncompleteError("not everything has stopped:", missing: missing) }
  }
}
