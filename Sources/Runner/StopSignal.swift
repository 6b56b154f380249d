import Glibc
import Synchronization

/// Set by SIGUSR1, SIGTERM and SIGINT: a signal handler may touch nothing but such a flag.
private let isRaised = Atomic(false)

/// A wish to stop that a rank has been sent; all ranks agree on it between steps.
enum StopSignal {
  static func listen() {
    _ = isRaised.load(ordering: .relaxed)
    // mpirun hands on the signal mask that it was started with, and some parents block these.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for number in [SIGUSR1, SIGTERM, SIGINT] {
      sigaddset(&wanted, number)
      signal(number) { _ in isRaised.store(true, ordering: .relaxed) }
    }
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }

  static var isSet: Bool { isRaised.load(ordering: .relaxed) }
}
