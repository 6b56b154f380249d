import CMPI
import Foundation

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
  /// - Parameter failure: the message and the exit code of an error.
  /// - Throws: `MPIError` when MPI can't start.
  package static func runJob<T>(
    failure: (any Error) -> JobFailure, _ body: (Communicator) throws -> T
  ) throws -> T {
    let world = try start()
    let result = world.orAbort(failure: failure) { try body(world) }
    end()
    return result
  }

  /// Initialises MPI, unless it is initialised already.
  /// - Returns: all ranks of the job.
  /// - Throws: `MPIError` when MPI can't start.
  package static func start() throws -> Communicator {
    var isStarted: Int32 = 0
    MPI_Initialized(&isStarted)
    if isStarted == 0 { try check(MPI_Init(nil, nil), "MPI_Init") }
    return try Communicator(handle: pw_comm_world())
  }

  /// Finalises MPI, if it has been initialised; no call may follow.
  package static func end() {
    var isStarted: Int32 = 0
    MPI_Initialized(&isStarted)
    if isStarted != 0 && !hasEnded { MPI_Finalize() }
  }

  /// Whether a process with this environment is one of several ranks. Launchers set variables: Open MPI's mpirun the first,
  /// Slurm's and others PMI or PMIx.
  package static func isLaunched(_ environment: [String: String]) -> Bool {
    for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"] {
      if let size = environment[name].flatMap({ Int($0) }) { return size > 1 }
    }
    return environment["PMIX_RANK"] != nil
  }

  static var hasEnded: Bool {
    var hasEnded: Int32 = 0
    MPI_Finalized(&hasEnded)
    return hasEnded != 0
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
    if size == 1 { MPISession.end() } else { MPI_Abort(handle, failure.exitCode) }
    exit(failure.exitCode)
  }
}
