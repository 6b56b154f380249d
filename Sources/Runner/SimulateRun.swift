import Foundation
import Logging
import MPI
import Manifest
import StudyStore
import Support
import Trajectory

/// Options of `simulate`.
package struct SimulationOptions: Sendable {
  /// The command as given, for the provenance.
  package var command: [String]

  package init(command: [String]) { self.command = command }
}

/// Runs one run of a study on the ranks of this MPI job, from its newest checkpoint on.
///
/// An error on any rank ends all of them, with one message and its exit code.
/// - Returns: the exit code of the process: 0 done, 75 stopped with a checkpoint.
package func simulate(directory: String, index: Int, options: SimulationOptions) throws -> Int32 {
  var place = ""
  func failure(_ error: any Error) -> JobFailure {
    JobFailure(message: place + oneLine(error), exitCode: (error as? any ExitingError)?.exitCode ?? 1)
  }
  return try MPISession.runJob(failure: failure) { communicator in
    let study = try StudyDirectory(opening: directory)
    _ = try study.manifest.simulation
    let run = try study.run(index)
    place = run.directoryName + ": "
    switch try claim(index, of: study, communicator) {
    case .done: return 0
    case .cancelled:
      if communicator.isRoot {
        print("paddlewheel: \(place)cancelled; paddlewheel run or submit resumes it")
      }
      return 75
    case .attempt(let number, let record):
      do { return try attempt(record, number, at: run, of: study, options, communicator) } catch {
        // Any rank may fail; the first error recorded is kept.
        Logger(runDirectory: study.runPath(index)).error("\(oneLine(error))")
        study.recordEnd(
          .failed, of: number, at: index, message: oneLine(error), reason: EndReason(error),
          exitCode: failure(error).exitCode)
        throw error
      }
    }
  }
}

/// What is left to do for a run.
private enum Claim {
  /// The number of a new attempt; its record on rank 0.
  case attempt(number: Int, record: AttemptRecord?)
  case done
  case cancelled

  /// For a message to all ranks.
  var code: Int64 {
    switch self {
    case .attempt(let number, _): Int64(number)
    case .done: 0
    case .cancelled: -1
    }
  }

  init(code: Int64, record: AttemptRecord?) {
    switch code {
    case 0: self = .done
    case -1: self = .cancelled
    default: self = .attempt(number: Int(code), record: record)
    }
  }
}

/// Rank 0 claims an attempt for all ranks.
private func claim(_ index: Int, of study: StudyDirectory, _ communicator: Communicator) throws -> Claim {
  let claimed = communicator.isRoot ? try claimOnRoot(index, of: study, ranks: communicator.size) : .done
  var record: AttemptRecord?
  if case .attempt(_, let claimedRecord) = claimed { record = claimedRecord }
  return Claim(code: try communicator.broadcast([claimed.code]).first ?? 0, record: record)
}

private func claimOnRoot(_ index: Int, of study: StudyDirectory, ranks: Int) throws -> Claim {
  let before = study.state(of: index)
  if before.state == .done { return .done }
  if study.cancelMarker(index).exists { return .cancelled }
  try FileManager.default.createDirectory(atPath: study.runPath(index), withIntermediateDirectories: true)
  let record = try study.attempts(at: index).claim(above: before.attempt, ranks: ranks)
  return .attempt(number: record.attempt, record: record)
}

private func attempt(
  _ record: AttemptRecord?, _ number: Int, at run: RunSpecification, of study: StudyDirectory,
  _ options: SimulationOptions, _ communicator: Communicator
) throws -> Int32 {
  StopSignal.listen()
  if communicator.isRoot { _ = try AttemptRepair.lengthen(in: study.runPath(run.index)) }
  try communicator.barrier()
  let process = try RunProcess(
    study: study, run: run, attempt: number, record: record, command: options.command,
    communicator: communicator)
  let isDone = try process.complete()
  try process.end(isDone: isDone)
  return isDone ? 0 : 75
}

/// Libraries break their messages into lines; a message is one.
private func oneLine(_ error: any Error) -> String {
  "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
    .joined(separator: "; ")
}
