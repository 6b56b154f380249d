import Glibc
import Synchronization

/// Signals taken as wishes to stop; a signal handler may touch nothing but such counters.
private let signalCount = Atomic(0)
private let warnCount = Atomic(0)
private let endCount = Atomic(0)

/// A wish to stop, from SIGINT, SIGTERM or a scheduler's SIGUSR1: the first asks for a checkpoint, the second to end at once.
package final class StopRequest: Sendable {
  private let requests = Atomic(0)
  private let listens: Bool

  /// - Parameter listening: from now on the process does not die of SIGINT, SIGTERM and SIGUSR1 but takes them as
  ///   requests.
  package init(listening: Bool = false) {
    listens = listening
    guard listening else { return }
    _ = signalCount.load(ordering: .relaxed)
    _ = endCount.load(ordering: .relaxed)
    _ = warnCount.load(ordering: .relaxed)
    signal(SIGUSR1) { _ in
      signalCount.add(1, ordering: .relaxed)
      warnCount.add(1, ordering: .relaxed)
    }
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        signalCount.add(1, ordering: .relaxed)
        if warnCount.load(ordering: .relaxed) == 0 { endCount.add(1, ordering: .relaxed) }
      }
    }
  }

  /// How often it has been asked for.
  package var count: Int {
    requests.load(ordering: .relaxed) + (listens ? signalCount.load(ordering: .relaxed) : 0)
  }

  /// Whether SIGINT or SIGTERM came without a scheduler's SIGUSR1 before: whoever sends these alone wants no new start,
  /// while at a time limit one follows the other.
  package var isForGood: Bool { listens && endCount.load(ordering: .relaxed) > 0 }

  package func request() { requests.add(1, ordering: .relaxed) }
}
