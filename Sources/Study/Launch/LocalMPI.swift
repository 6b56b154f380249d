import Foundation
import Subprocess
import Synchronization

/// Runs on this machine: `mpirun -np N paddlewheel simulate DIR INDEX`.
public struct LocalMPI: Launcher {
  /// The program that every rank runs.
  let executable: String

  public init(executable: String = currentExecutable()) { self.executable = executable }

  public func launch(
    study: StudyDirectory, index: Int, ranks: Int, stop: StopRequest,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws -> LaunchOutcome {
    let tail = LineTail()
    let command = [executable, "simulate", study.path, String(index)]
    let status = try await Self.mpirun(ranks: ranks, command: command, stop: stop) { line in
      tail.append(line)
      onLine(line)
    }
    let state = study.state(of: index)
    switch status {
    case .exited(0) where state.state == .done: return .done
    case .exited(0):
      return .failed(exitCode: 1, message: "the ranks ended without a word of being done")
    case .exited(75): return .stopped
    case _ where stop.count > 0: return .stopped
    case .exited(let code): return .failed(exitCode: code, message: reason(state, tail))
    case .signaled(let number):
      return .failed(exitCode: 1, message: "mpirun was ended by signal \(number)")
    }
  }

  private func reason(_ state: RunState, _ tail: LineTail) -> String {
    if state.state == .failed, let message = state.message { return message }
    return tail.text.isEmpty ? "the ranks ended without a word" : tail.text
  }

  /// Starts a command on ranks of this machine and gives its lines, both streams, as they come.
  /// - Throws: ``RunFailure`` where mpirun can't be started.
  static func mpirun(
    ranks: Int, command: [String], stop: StopRequest, onLine: @escaping @Sendable (String) -> Void
  ) async throws -> TerminationStatus {
    // Two runs at once would be bound to the same cores; shared memory alone starts in a third of the time.
    let options = [
      "-np", String(ranks), "--bind-to", "none", "--mca", "pml", "ob1", "--mca", "btl", "self,vader",
    ]
    var variables: [Environment.Key: String?] = [
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
      // Of a rank that dies the reason is wanted, not its registers.
      "SWIFT_BACKTRACE": "enable=no",
    ]
    if ranks > ProcessInfo.processInfo.activeProcessorCount {
      variables["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
    }
    var platform = PlatformOptions()
    // A group of its own: the terminal's Ctrl-C must reach the ranks through us alone, as a wish to stop.
    platform.processGroupID = 0
    do {
      return try await Subprocess.run(
        .name("mpirun"), arguments: Arguments(options + command), environment: .inherit.updating(variables),
        platformOptions: platform, input: .none, output: .sequence, error: .combinedWithOutput
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
      throw RunFailure("can't start mpirun: \(error)")
    }
  }

  /// mpirun hands USR1 on to the ranks, which then write a checkpoint and end with 75. TERM instead would
  /// have it kill them within a second, checkpoint or not; that is for whoever asks twice.
  private static func forward<I, O, E>(_ stop: StopRequest, to execution: Execution<I, O, E>) async throws {
    var sent = 0
    while !Task.isCancelled {
      if stop.count > sent {
        try? execution.send(signal: sent == 0 ? .userDefinedOne : .terminate)
        sent += 1
      }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
    }
    try await Task.sleep(for: .zero)
  }
}

/// The file of the program that is running.
public func currentExecutable() -> String {
  (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}

/// The last lines of a process that say something of their own.
private final class LineTail: Sendable {
  private let lines = Mutex<[String]>([])

  /// Our own messages if there are any, each once, else the last lines.
  var text: String {
    let prefix = "paddlewheel: "
    let lines = lines.withLock { $0 }
    var own: [String] = []
    for line in lines where line.hasPrefix(prefix) || line.contains("Fatal error: ") {
      let message = line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
      if !own.contains(message) { own.append(message) }
    }
    return (own.isEmpty ? lines.suffix(8) : own.suffix(8)).joined(separator: "\n")
  }

  func append(_ line: String) {
    guard !line.isEmpty, !line.hasPrefix("-----") else { return }
    lines.withLock {
      $0.append(line)
      if $0.count > 40 { $0.removeFirst() }
    }
  }
}
