import Foundation
import Subprocess
import Support

/// A command that starts a program on ranks: mpirun or srun with its options.
struct RankCommand: Sendable {
  /// The program first.
  var words: [String]
  var environment: [Environment.Key: String?] = [
    // Open MPI asks for both before it starts anything as root.
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    // The message of a rank that traps is enough; a backtrace would bury it.
    "SWIFT_BACKTRACE": "enable=no",
  ]

  /// Runs a command on the ranks, and calls `onLine` with each line of both output streams.
  /// - Throws: ``RunFailure`` where it can't be started.
  func run(
    _ command: [String], stop: StopRequest, onLine: @escaping @Sendable (String) -> Void
  ) async throws -> TerminationStatus {
    var platform = PlatformOptions()
    // A process group of its own: the terminal's Ctrl-C must reach the ranks through this process alone, as a request to
    // stop.
    platform.processGroupID = 0
    let program = words.first ?? ""
    do {
      return try await Subprocess.run(
        .name(program), arguments: Arguments(Array(words.dropFirst()) + command),
        environment: .inherit.updating(environment), platformOptions: platform, input: .none,
        output: .sequence, error: .combinedWithOutput
      ) { execution in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            for try await line in execution.standardOutput.strings() {
              onLine(line.trimmingCharacters(in: .newlines))
            }
          }
          group.addTask { try await Self.forward(stop, to: execution) }
          try await group.next()
          group.cancelAll()
        }
      }.terminationStatus
    } catch let error as SubprocessError {
      throw RunFailure("can't start \(program): \(error)")
    }
  }

  /// mpirun and srun forward USR1 to the ranks, which then write a checkpoint and exit with 75. After TERM, mpirun would
  /// kill them within a second, with or without a checkpoint: so that is the second request.
  private static func forward<I, O, E>(_ stop: StopRequest, to execution: Execution<I, O, E>) async throws {
    var sent = 0
    while !Task.isCancelled {
      if stop.count > sent {
        // Fails only where the process has ended already.
        try? execution.send(signal: sent == 0 ? .userDefinedOne : .terminate)
        sent += 1
      }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
    }
    try await Task.sleep(for: .zero)
  }
}
