import Foundation
import MPI
import Manifest
import StudyStore
import Support
import Trajectory

/// What `simulate` was asked for.
package struct SimulationOptions: Sendable {
  /// The command as given, for the provenance.
  package var command: [String]

  package init(command: [String]) { self.command = command }
}

/// Runs one run of a study on the ranks of this MPI job, from wherever it stands.
///
/// An error on any rank ends all of them, with one message and its exit code.
/// - Returns: the exit code of the process: 0 done, 75 stopped with a checkpoint.
package func simulate(directory: String, index: Int, options: SimulationOptions) throws -> Int32 {
  let communicator = try Communicator.world()
  var place = ""
  do {
    let study = try StudyDirectory(opening: directory)
    try study.manifest.requireSimulation()
    let run = try study.run(index)
    place = run.directoryName + ": "
    let (number, record) = try claim(index, of: study, communicator)
    guard number > 0 else {
      if number < 0, communicator.isRoot {
        print("paddlewheel: \(place)cancelled; paddlewheel run or submit would go on with it")
      }
      Communicator.finalize()
      return number < 0 ? 75 : 0
    }
    do {
      let code = try attempt(record, number, at: run, of: study, options, communicator)
      Communicator.finalize()
      return code
    } catch {
      // Any rank may fail, and the first to say so is believed.
      study.recordEnd(
        .failed, of: number, at: index, message: oneLine(error),
        exitCode: (error as? any ExitingError)?.exitCode ?? 1)
      throw error
    }
  } catch {
    communicator.abort(place + oneLine(error), code: (error as? any ExitingError)?.exitCode ?? 1)
  }
}

/// Rank 0 claims the number of an attempt for all: 0 where the run is done, -1 where it has been cancelled.
private func claim(
  _ index: Int, of study: StudyDirectory, _ communicator: Communicator
) throws -> (number: Int, record: AttemptRecord?) {
  var record: AttemptRecord?
  var number = 0
  if communicator.isRoot {
    let before = study.state(of: index)
    if before.state != .done {
      if study.cancelWish(index).isThere {
        number = -1
      } else {
        try FileManager.default.createDirectory(
          atPath: study.runPath(index), withIntermediateDirectories: true)
        record = try study.attempts(at: index).claim(above: before.attempt, ranks: communicator.size)
        number = record?.attempt ?? 0
      }
    }
  }
  return (Int(try communicator.broadcast([Int64(number)]).first ?? 0), record)
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
  try process.end(isDone ? .done : .stopped, message: isDone ? nil : process.reasonToStop)
  return isDone ? 0 : 75
}

/// Libraries break their messages into lines; a message is one.
private func oneLine(_ error: any Error) -> String {
  "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
    .joined(separator: "; ")
}
