import Glibc
import Synchronization

/// Set by SIGUSR1, SIGTERM and SIGINT: a signal handler may touch nothing but such a flag.
private let isRaised = Atomic(false)

/// A wish to stop that a rank has been sent; all ranks agree on it between steps.
enum StopSignal {
  static func listen() {
    _ = isRaised.load(ordering: .relaxed)
    for number in [SIGUSR1, SIGTERM, SIGINT] {
      signal(number) { _ in isRaised.store(true, ordering: .relaxed) }
    }
  }

  static var isSet: Bool { isRaised.load(ordering: .relaxed) }
}
