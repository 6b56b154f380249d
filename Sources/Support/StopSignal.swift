import Glibc
import Synchronization

// A signal handler may only use such counters.
private let received = Atomic(0)
private let timeLimitWarnings = Atomic(0)
private let terminations = Atomic(0)

/// The signals that ask this process to stop: SIGINT, SIGTERM, and SIGUSR1, which Slurm sends before a time limit.
public enum StopSignal {
  /// From now on the process counts these signals instead of being terminated by them.
  public static func listen() {
    // Globals are initialised on first use, which must not happen in the handler.
    _ = received.load(ordering: .relaxed)
    _ = timeLimitWarnings.load(ordering: .relaxed)
    _ = terminations.load(ordering: .relaxed)
    signal(SIGUSR1) { _ in
      received.add(1, ordering: .relaxed)
      timeLimitWarnings.add(1, ordering: .relaxed)
    }
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        received.add(1, ordering: .relaxed)
        if timeLimitWarnings.load(ordering: .relaxed) == 0 { terminations.add(1, ordering: .relaxed) }
      }
    }
    // mpirun inherits its signal mask and passes it on; some parent processes block these signals.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in [SIGUSR1, SIGINT, SIGTERM] { sigaddset(&unblocked, number) }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  /// Signals received since ``listen()``.
  public static var count: Int { received.load(ordering: .relaxed) }

  /// Whether SIGINT or SIGTERM came without a SIGUSR1 before: such a signal alone means that no restart is
  /// wanted, while at a time limit SIGUSR1 comes first.
  public static var excludesRestart: Bool { terminations.load(ordering: .relaxed) > 0 }
}
