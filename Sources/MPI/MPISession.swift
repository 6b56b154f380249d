import CMPI
import Foundation
import Support
import Synchronization

/// The initialisation and finalisation of MPI in this process, each done once.
package enum MPISession {
  /// Initialises MPI, runs `body` with all ranks of the job, and finalises MPI. An error also finalises MPI
  /// and is thrown: for work that no other rank waits for.
  /// - Throws: `MPIError` when MPI can't start, or what `body` throws.
  package static func run<T>(_ body: (Communicator) throws -> T) throws -> T {
    let world = try start()
    defer { end() }
    return try body(world)
  }

  /// Initialises MPI, runs `body` with all ranks of the job, and finalises MPI. An error on any rank aborts
  /// all ranks, and this function does not return.
  /// - Parameters:
  ///   - isWatched: whether a rank that stands still ends the job (``RankWatch``).
  ///   - failure: the message and the exit code of an error.
  /// - Throws: `MPIError` when MPI can't start.
  package static func runJob<T>(
    isWatched: Bool = true, failure: (any Error) -> JobFailure, _ body: (Communicator) throws -> T
  ) throws -> T {
    let world = try start(isWatched: isWatched)
    let result = world.orAbort(failure: failure) { try body(world) }
    end()
    return result
  }

  /// Initialises MPI, unless it is initialised already. A process that no launcher has started among others does without
  /// MPI, where that is not linked.
  /// - Parameter isWatched: whether a rank that stands still ends the job.
  /// - Returns: all ranks of the job.
  /// - Throws: `MPIError` when MPI can't start, ``MPILibraryError`` where there is none, ``LauncherMismatch``; ``InputError``
  ///   for a limit in the environment that is no time.
  package static func start(isWatched: Bool = true) throws -> Communicator {
    let environment = ProcessInfo.processInfo.environment
    guard MPILibrary.isBuiltIn || isLaunched(environment) else { return .withoutMPI() }
    let mpi = try MPILibrary.functions()
    used.withLock { $0 = mpi }
    let isFirst = mpi.calls.is_initialized() == 0
    let watch =
      isFirst && isWatched && isLaunched(environment)
      ? RankWatch(try StallLimit(environment: environment)) : nil
    if let watch { watcher.withLock { $0 = watch } }
    watch?.start()
    if isFirst { try mpi.check(mpi.calls.start(), "MPI_Init") }
    let world = try Communicator(handle: mpi.calls.comm_world(), mpi)
    try watch?.meet(world)
    if world.size == 1, let (variable, size) = launchedSize(environment), size > 1 {
      end()
      throw LauncherMismatch(variable: variable, size: size, library: MPILibrary.summary())
    }
    return world
  }

  /// Finalises MPI, if it has been initialised; no call may follow.
  package static func end() {
    defer { watcher.withLock { $0?.end() } }
    guard let mpi = used.withLock({ $0 }) else { return }
    if mpi.calls.is_initialized() != 0 && mpi.calls.is_finalized() == 0 { _ = mpi.calls.finish() }
  }

  /// How long a rank of this job may give no sign of life.
  package static func setStallLimit(_ limit: StallLimit) { watcher.withLock { $0?.setLimit(limit) } }

  private static let used = Mutex<MPIFunctions?>(nil)
  private static let watcher = Mutex<RankWatch?>(nil)

  /// Whether a process with this environment is one of several ranks. Launchers set variables: Open MPI's mpirun the first,
  /// Slurm's and others PMI or PMIx.
  package static func isLaunched(_ environment: [String: String]) -> Bool {
    if let (_, size) = launchedSize(environment) { return size > 1 }
    return environment["PMIX_RANK"] != nil
  }

  /// The variable in which a launcher gives the number of ranks, and that number.
  static func launchedSize(_ environment: [String: String]) -> (variable: String, size: Int)? {
    for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PALS_SIZE", "SLURM_STEP_NUM_TASKS"] {
      // Slurm's is there in the batch script too, which is no rank.
      if name.hasPrefix("SLURM"), environment["PMIX_RANK"] == nil { continue }
      if let size = environment[name].flatMap({ Int($0) }) { return (name, size) }
    }
    return nil
  }
}

/// Ranks that do not find each other, as they were started by the launcher of another MPI.
package struct LauncherMismatch: ExitingError {
  let variable: String
  let size: Int
  let library: String

  package var exitCode: Int32 { 2 }
  package var description: String {
    "\(size) ranks were started (\(variable)), and each of them finds itself alone: the program uses \(library), and was "
      + "started by another MPI's mpirun or srun; use that MPI's own, or make a library for the other by paddlewheel-mpi-build"
  }
}

/// How a job that can't continue ends.
package struct JobFailure {
  package var message: String
  package var exitCode: Int32

  package init(message: String, exitCode: Int32) {
    self.message = message
    self.exitCode = exitCode
  }
}

extension Communicator {
  /// Runs work that all ranks do together. An error on any of them aborts all ranks of the job.
  /// - Parameter failure: the message and the exit code of an error.
  package func orAbort<T>(failure: (any Error) -> JobFailure, _ body: () throws -> T) -> T {
    do { return try body() } catch { abort(failure(error)) }
  }

  /// Aborts every rank.
  ///
  /// An error that occurs on all ranks (an invalid manifest, say) is printed once: rank 0 aborts the job at
  /// once, and the others wait long enough for that.
  private func abort(_ failure: JobFailure) -> Never {
    if rank != 0 { Thread.sleep(forTimeInterval: 0.3) }
    let text = rank == 0 || size == 1 ? failure.message : "rank \(rank): \(failure.message)"
    // Where nobody can be told, the job has to end all the same.
    _ = Array("paddlewheel: \(text)\n".utf8).withUnsafeBytes {
      write(STDERR_FILENO, $0.baseAddress, $0.count)
    }
    // A single rank has no others to abort, and MPI_Abort would print a message of its own.
    if let mpi = peers { _ = mpi.calls.abort(handle, failure.exitCode) } else { MPISession.end() }
    exit(failure.exitCode)
  }
}
