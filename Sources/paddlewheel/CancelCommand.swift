import ArgumentParser
import Scheduler
import StudyStore
import Support

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Stop runs with a checkpoint, on this machine or in Slurm; submit or run resumes them.")

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Argument(help: ArgumentHelp("Indices of the runs; by default all.", valueName: "0,3,…")) var only: String?

  @Option(
    parsing: .unconditional, help: "Time to wait for the checkpoints of running runs, s.",
    transform: decimalOption)
  var wait = 60.0

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
      .cancel(indices, timeout_s: wait)
    if json {
      try printJSON(
        Result(
          cancelled: result.cancelled, stillRunning: result.stillRunning, slurmProblem: result.problem))
    } else if result.cancelled.isEmpty {
      print("no run is running or pending")
    } else {
      func names(_ indices: [Int]) -> String {
        indices.map { study.runs[$0].directoryName }.joined(separator: ", ")
      }
      let ended = result.cancelled.filter { !result.stillRunning.contains($0) }
      if !ended.isEmpty { print("cancelled: \(names(ended))") }
      if !result.stillRunning.isEmpty { print("told to stop: \(names(result.stillRunning))") }
    }
    var missing = result.stillRunning.map {
      "\(study.runs[$0].directoryName) has not stopped yet"
        + (study.state(of: $0).message.map { ": \($0)" } ?? "")
    }
    if let problem = result.problem {
      missing.append("\(problem): pending array tasks remain in the queue, and exit when they start")
    }
    if !missing.isEmpty { throw IncompleteError("not everything has stopped:", missing: missing) }
  }
}

extension CancelCommand: FileProducing {
  var producesFilesOnly: Bool { !json }
}
