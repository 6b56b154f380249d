import Foundation
import StudyStore
import Support

extension RunProcess {
  /// Steps between two agreements of the ranks on checkpoints and on stopping.
  private static let agreementInterval = 10

  /// As many as are worth their time: steps of an engine may take minutes.
  var agreementInterval: Int { engine == nil ? Self.agreementInterval : 1 }

  /// Seconds between two flushes of the record.
  private static let flushInterval_s = 2.0

  /// What the ranks decide between two steps; the highest vote counts.
  private enum Decision: Int {
    case proceed, writeCheckpoint, stop
  }

  /// One decision of all ranks; writes the checkpoint that it asks for.
  /// - Returns: whether to go on.
  func agree(isStageEnd: Bool) throws -> Bool {
    let vote = vote(isStageEnd: isStageEnd)
    let decision = try communicator.reduced(vote.rawValue, .max)
    if decision == Decision.proceed.rawValue {
      // A killed run loses no more than this, and a running one can be analysed up to here.
      if sinceFlush.elapsed_s > Self.flushInterval_s {
        try recorder.flush()
        sinceFlush.restart()
      }
      return true
    }
    let isStopping = decision == Decision.stop.rawValue
    try report { try $0.checkFence() }
    let begun = Stopwatch()
    try writeCheckpoint()
    try correlator?.write(step: stageStep, isDue: isStopping)
    if isStopping { try recorder.close() }
    try report { $0.took(checkpoint_s: begun.elapsed_s) }
    return !isStopping
  }

  /// Any rank may have received a signal; rank 0 alone looks at the clock and for the cancel marker.
  private func vote(isStageEnd: Bool) -> Decision {
    if StopSignal.count > 0 || reporter?.isCancelled ?? false { return .stop }
    let isDue =
      communicator.isRoot && sinceCheckpoint.elapsed_s >= manifest.record.checkpoint_s
    return isDue || isStageEnd ? .writeCheckpoint : .proceed
  }
}
