import Support
import Synchronization

/// A request to stop, from ``StopSignal`` or from this process: the first asks for a checkpoint, the second ends the ranks
/// at once.
package final class StopRequest: Sendable {
  private let requests = Atomic(0)
  private let listens: Bool

  /// - Parameter listening: SIGINT, SIGTERM and SIGUSR1 count as requests from now on, instead of ending the process.
  package init(listening: Bool = false) {
    listens = listening
    if listening { StopSignal.listen() }
  }

  /// Requests so far.
  package var count: Int { requests.load(ordering: .relaxed) + (listens ? StopSignal.count : 0) }

  /// Whether the run is not to be restarted after it has stopped.
  package var excludesRestart: Bool { listens && StopSignal.excludesRestart }

  package func request() { requests.add(1, ordering: .relaxed) }
}
