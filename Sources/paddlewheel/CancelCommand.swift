import ArgumentParser
import Scheduler
import StudyStore
import Support

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Stop runs with a checkpoint, on this machine or in Slurm; submit or run resumes them.",
    discussion: """
      Without indices it also ends a `run` or `extend` of the study, on whatever machine it is: both look at the study's \
      folder. What they had still to start is not started.
      """)

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Argument(help: ArgumentHelp("Indices of the runs; by default all.", valueName: "0,3,…")) var only: String?

  @Option(
    parsing: .unconditional, help: "Time to wait for the checkpoints of running runs, s.",
    transform: decimalOption)
  var wait = 60.0

  @Flag(help: "Print JSON.") var json = false

  private struct Result: Encodable {
    var cancelled: [Int]
    var withheld: [Int]
    var stillRunning: [Int]
    /// Processes, each as `host:number`, of commands that have not ended yet.
    var stillAtWork: [String]
    var slurmProblem: String?

    enum CodingKeys: String, CodingKey {
      case cancelled, withheld
      case stillAtWork = "still_at_work"
      case stillRunning = "still_running"
      case slurmProblem = "slurm_problem"
    }
  }

  func run() async throws {
    let study = try StudyDirectory(opening: directory)
    let indices = try only.map { try runIndices($0, of: study.plan) }
    let isSilent = json
    let result = try await Cancellation(study) { printToStandardError($0) }
      .cancel(indices, timeout_s: wait) { told in
        for worker in isSilent ? [] : told.workers { printToStandardError(Self.told(worker)) }
      }
    if json {
      try printJSON(
        Result(
          cancelled: result.cancelled, withheld: result.withheld, stillRunning: result.stillRunning,
          stillAtWork: result.stillAtWork.map { "\($0.host):\($0.pid)" }, slurmProblem: result.problem))
    } else {
      Self.show(result, study)
    }
    var missing = result.stillRunning.map {
      "\(study.runs[$0].directoryName) has not stopped yet"
        + (study.state(of: $0).message.map { ": \($0)" } ?? "")
    }
    missing += result.stillAtWork.map {
      "paddlewheel \($0.command), process \($0.pid) of \($0.host), has not ended yet"
    }
    if let problem = result.problem {
      missing.append("\(problem): pending array tasks remain in the queue, and exit when they start")
    }
    if !missing.isEmpty { throw IncompleteError("not everything has stopped:", missing: missing) }
  }

  private static func told(_ worker: StudyWorker) -> String {
    let name = "paddlewheel \(worker.command), process \(worker.pid) of \(worker.host),"
    return worker.isSeen
      ? "\(name) ends after the checkpoints of its runs"
      : "\(name) can't be seen from here: it finds its runs cancelled in the study's folder, and ends"
  }

  private static func show(_ result: Cancellation.Result, _ study: StudyDirectory) {
    func names(_ indices: [Int]) -> String {
      indices.map { study.runs[$0].directoryName }.joined(separator: ", ")
    }
    if result.cancelled.isEmpty, result.withheld.isEmpty { print("no run is running or pending") }
    let ended = result.cancelled.filter { !result.stillRunning.contains($0) }
    if !ended.isEmpty { print("cancelled: \(names(ended))") }
    if !result.withheld.isEmpty { print("not started: \(names(result.withheld))") }
    if !result.stillRunning.isEmpty { print("told to stop: \(names(result.stillRunning))") }
  }
}

extension CancelCommand: FileProducing {
  var producesFilesOnly: Bool { !json }
}
