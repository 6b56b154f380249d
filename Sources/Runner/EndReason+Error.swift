import EngineSocket
import Foundation
import HDF5
import StudyStore
import Support
import Trajectory

extension EndReason {
  /// What an error says of the end of an attempt; nil where it has no code.
  init?(_ error: any Error) {
    if error is DamagedCheckpoints {
      self = .damagedCheckpoints
      return
    }
    if error is PotentialBoundPassed {
      self = .potentialBound
      return
    }
    if error is EngineError {
      self = .engine
      return
    }
    let code = (error as? FileError)?.code ?? (error as? HDF5Error)?.systemCode
    guard let code, [ENOSPC, EDQUOT].contains(code) else { return nil }
    self = .diskFull
  }
}

/// A potential can be relied on less than the manifest allows.
struct PotentialBoundPassed: ExitingError {
  let message: String

  init(_ message: String) { self.message = message }

  var exitCode: Int32 { 1 }
  var description: String { message }
}

/// Checkpoints exist, and none can be used.
struct DamagedCheckpoints: ExitingError {
  let error: RecordError
  let run: Int
  /// The attempt that can be discarded.
  let attempt: Int

  var exitCode: Int32 { 1 }
  var description: String {
    "\(error); --discard-attempt \(run):\(attempt) of `run` and `submit`, or --discard-attempt \(attempt) of "
      + "`simulate`, sets that attempt aside and goes on from what is older"
  }
}
