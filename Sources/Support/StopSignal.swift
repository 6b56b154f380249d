import Glibc
import Synchronization

// A signal handler may touch nothing but such counters.
private let received = Atomic(0)
private let timeLimitWarnings = Atomic(0)
private let terminations = Atomic(0)

/// The signals that ask this process to stop: SIGINT, SIGTERM, and SIGUSR1, which Slurm sends before a time limit.
public enum StopSignal {
  /// From now on the process counts these signals instead of dying of them.
  public static func listen() {
    // Globals are initialised at their first use, which must not be in the handler.
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
    // mpirun passes on the signal mask that it was started with, and some parents block these signals.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in [SIGUSR1, SIGINT, SIGTERM] { sigaddset(&unblocked, number) }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  /// Signals received since ``listen()``.
  public static var count: Int { received.load(ordering: .relaxed) }

  /// Whether SIGINT or SIGTERM came without a SIGUSR1 before: whoever sends these alone does not want a restart,
  /// while at a time limit one follows the other.
  public static var excludesRestart: Bool { terminations.load(ordering: .relaxed) > 0 }
}
