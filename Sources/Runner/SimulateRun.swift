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
  /// Attempts up to this number are known to be dead: whoever started the ranks has watched them.
  package var replacing: Int?
  /// An attempt that is set aside first.
  package var discarded: Int?

  package init(command: [String], replacing: Int? = nil, discarded: Int? = nil) {
    self.command = command
    self.replacing = replacing
    self.discarded = discarded
  }
}

/// Runs one run of a study on the ranks of this MPI job, from its newest checkpoint on.
///
/// An error on any rank ends all of them, with one message and its exit code; so does a rank that stands still.
/// - Returns: the exit code of the process: 0 done, 75 stopped with a checkpoint, or another attempt is at work.
package func simulate(directory: String, index: Int, options: SimulationOptions) throws -> Int32 {
  var place = ""
  func failure(_ error: any Error) -> JobFailure {
    JobFailure(
      message: place + visible(oneLine(error)), exitCode: (error as? any ExitingError)?.exitCode ?? 1)
  }
  // Before MPI starts: where a rank is lost by then, the others wait for it.
  let watch = StallWatch(limit_s: RunState.leastStallLimit_s, exit: endProcess)
  watch.start()
  defer { watch.end() }
  return try MPISession.runJob(isWatched: false, failure: failure) { communicator in
    let study = try StudyDirectory(opening: directory)
    let limit_s = try study.manifest.simulation.resources.stallLimit_s
    // A shorter one holds from the claim on, for which rank 0 may have to wait.
    if let limit_s, limit_s > RunState.leastStallLimit_s { watch.setLimit(limit_s) }
    let run = try study.run(index)
    place = run.directoryName + ": "
    if let discarded = options.discarded {
      if communicator.isRoot {
        StandardOutput.print(try study.discardMessage(DiscardedAttempt(run: index, attempt: discarded)))
      }
      try communicator.barrier()
    }
    switch try claim(index, of: study, options, communicator) {
    case .done: return 0
    case .cancelled:
      if communicator.isRoot {
        StandardOutput.print("paddlewheel: \(place)cancelled; paddlewheel run or submit resumes it")
      }
      return 75
    case .held(let record):
      if communicator.isRoot, let record { StandardOutput.print("paddlewheel: \(place)\(record.holderText)") }
      return 75
    case .attempt(let number, let record):
      let marker = study.cancelMarker(index)
      watch.follow(
        record: { message in
          Logger(runDirectory: study.runPath(index)).error("\(message)")
          study.recordEnd(.failed, of: number, at: index, message: message, reason: .stalled, exitCode: 1)
        }, isStopping: { StopSignal.count > 0 || marker.exists },
        mark: { RunProgressMark(study, run: index) })
      do { return try attempt(record, number, at: run, of: study, options, watch, communicator) } catch {
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

/// Ends this process at once, without what MPI would still wait for.
@Sendable private func endProcess(_ message: String) {
  FileHandle.standardError.write(Data("paddlewheel: \(message)\n".utf8))
  _exit(1)
}

/// What is left to do for a run.
private enum Claim {
  /// The number of a new attempt; its record on rank 0.
  case attempt(number: Int, record: AttemptRecord?)
  case done
  case cancelled
  /// By another attempt, which rank 0 knows.
  case held(AttemptRecord?)

  /// For a message to all ranks.
  var code: Int64 {
    switch self {
    case .attempt(let number, _): Int64(number)
    case .done: 0
    case .cancelled: -1
    case .held: -2
    }
  }

  init(code: Int64, record: AttemptRecord?) {
    switch code {
    case 0: self = .done
    case -1: self = .cancelled
    case -2: self = .held(record)
    default: self = .attempt(number: Int(code), record: record)
    }
  }
}

/// Rank 0 claims an attempt for all ranks.
private func claim(
  _ index: Int, of study: StudyDirectory, _ options: SimulationOptions, _ communicator: Communicator
) throws -> Claim {
  let claimed = communicator.isRoot ? try claimOnRoot(index, of: study, options, communicator) : .done
  let record: AttemptRecord? =
    switch claimed {
    case .attempt(_, let record), .held(let record): record
    case .done, .cancelled: nil
    }
  return Claim(code: try communicator.broadcast([claimed.code]).first ?? 0, record: record)
}

private func claimOnRoot(
  _ index: Int, of study: StudyDirectory, _ options: SimulationOptions, _ communicator: Communicator
) throws -> Claim {
  let before = study.state(of: index)
  if before.state == .done { return .done }
  if study.cancelMarker(index).exists { return .cancelled }
  try study.makeFolder(study.runPath(index))
  let job = SlurmJob(environment: ProcessInfo.processInfo.environment)
  var deadUpTo = options.replacing ?? 0
  let claimed = try study.attempts(at: index).claim(above: before.attempt, ranks: communicator.size) {
    there in
    guard there.attempt > deadUpTo else { return false }
    var watch = HolderWatch(study, run: index, job: job)
    while true {
      // The other ranks wait for this one's word.
      WorkCounter.advance()
      switch watch.look() {
      case .open: Thread.sleep(forTimeInterval: 1)
      case .free(let number):
        deadUpTo = number
        return false
      case .held, .done: return true
      }
    }
  }
  switch claimed {
  case .taken(let record): return .attempt(number: record.attempt, record: record)
  case .held(let record): return study.state(of: index).state == .done ? .done : .held(record)
  }
}

private func attempt(
  _ record: AttemptRecord?, _ number: Int, at run: RunSpecification, of study: StudyDirectory,
  _ options: SimulationOptions, _ watch: StallWatch, _ communicator: Communicator
) throws -> Int32 {
  StopSignal.listen()
  if communicator.isRoot {
    study.removeLeftOverFiles(of: run.index, below: number)
    try study.plan.verifyFiles(of: run)
  }
  if communicator.isRoot { _ = try AttemptRepair.lengthen(in: study.runPath(run.index)) }
  try communicator.barrier()
  let process = try RunProcess(
    study: study, run: run, attempt: number, record: record, command: options.command, watch: watch,
    communicator: communicator)
  defer { process.engine?.end() }
  let isDone = try process.complete()
  try process.end(isDone: isDone)
  return isDone ? 0 : 75
}

/// Libraries break their messages into lines; a message is one.
private func oneLine(_ error: any Error) -> String {
  "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
    .joined(separator: "; ")
}
