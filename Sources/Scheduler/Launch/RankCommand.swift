import Foundation
import Runner
import Subprocess
import Support
import Synchronization

/// Why a launch was ended, once that is known.
private final class ProblemFound: Sendable {
  private let problem = Mutex<LaunchProblem?>(nil)

  var value: LaunchProblem? { problem.withLock { $0 } }

  func set(_ found: LaunchProblem) { problem.withLock { $0 = found } }
}

/// A command that starts a program on ranks: mpirun or srun with its options.
struct RankCommand: Sendable {
  /// The program first; none where the program is a single rank without MPI.
  var words: [String]
  var environment: [Environment.Key: String?] = [
    // Open MPI asks for both before it starts anything as root.
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_ALLOW_RUN_AS_ROOT": "1", "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    // The message of a rank that traps is enough; a backtrace would bury it.
    "SWIFT_BACKTRACE": "enable=no",
  ]

  /// How a launch ended.
  struct End: Sendable {
    var status: TerminationStatus
    /// Why it was ended; nil where it ended by itself or on request.
    var problem: LaunchProblem?
  }

  /// Runs a command on the ranks, and calls `onLine` with each line of both output streams.
  /// - Parameter watch: ends the launch where nothing moves.
  /// - Throws: ``RunFailure`` where it can't be started.
  func run(
    _ command: [String], stop: StopRequest, watch: LaunchWatch, onLine: @escaping @Sendable (String) -> Void
  ) async throws -> End {
    var platform = PlatformOptions()
    // A process group of its own: the terminal's Ctrl-C must reach the ranks through this process alone, as a request to
    // stop.
    platform.processGroupID = 0
    let command = words + command
    let program = command.first ?? ""
    let problem = ProblemFound()
    do {
      let status = try await Subprocess.run(
        program.contains("/") ? .path(.init(program)) : .name(program),
        arguments: Arguments(Array(command.dropFirst())),
        environment: .inherit.updating(environment), platformOptions: platform, input: .none,
        output: .sequence, error: .combinedWithOutput
      ) { execution in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            for try await line in execution.standardOutput.strings() {
              onLine(line.trimmingCharacters(in: .newlines))
            }
          }
          group.addTask {
            try await Self.attend(execution, stop, watch, problem)
          }
          // Also where the output has ended, or a process that is left keeps it open.
          try await group.waitForAll()
        }
      }.terminationStatus
      return End(status: status, problem: problem.value)
    } catch let error as SubprocessError {
      throw RunFailure("can't start \(program): \(error)")
    }
  }

  /// Hands on requests to stop, and ends a launch in which nothing moves. mpirun and srun forward USR1 to the ranks, which
  /// then write a checkpoint and exit with 75. After TERM, mpirun would kill them within a second, with or without a
  /// checkpoint: so that is the second request. KILL is the third, of everything that the launch has started here.
  private static func attend<I, O, E>(
    _ execution: Execution<I, O, E>, _ stop: StopRequest, _ watch: LaunchWatch,
    _ found: ProblemFound
  ) async throws {
    let root = Int(execution.processIdentifier.value)
    var processes = RankProcesses(root: root, rankWords: watch.rankWords)
    // The ranks of a short run are there before the first second is over, and gone after it.
    var looks = 0
    var launch = LaunchGuard(patience_s: watch.patience_s)
    var mark = watch.mark()
    var sinceLook = Stopwatch()
    var requests = 0
    while !Task.isCancelled {
      do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
      guard let entry = ProcessTable.entry(of: root), !entry.hasEnded else {
        return await processes.endLeftRanks()
      }
      looks += 1
      if looks % 2 == 0, looks < 20 { _ = processes.look() }
      guard stop.count > requests || sinceLook.elapsed_s >= LaunchGuard.interval_s else { continue }
      requests = stop.count
      sinceLook.restart()
      let now = watch.mark()
      let before = processes.work
      let hasLostRank = processes.look()
      let hasProgressed = now != mark || (watch.countsWork && processes.work != before)
      let action = launch.look(
        LaunchGuard.View(
          requests: requests, isStopping: requests > 0 || watch.isStopping(), hasProgressed: hasProgressed,
          limit_s: watch.limit_s(), hasLostRank: hasLostRank))
      mark = now
      if let problem = launch.problem { found.set(problem) }
      // A signal fails only where the process has ended already.
      switch action {
      case nil: break
      case .askToStop: try? execution.send(signal: .userDefinedOne)
      case .terminate: try? execution.send(signal: .terminate)
      case .kill: processes.kill()
      }
    }
  }
}
