import CMPI
import Foundation

/// The life of MPI in this process: it is started once and ended once, here.
package enum MPISession {
  /// Starts MPI, runs `body` with all ranks of the job, and ends MPI. An error ends MPI too and is thrown: for work that
  /// no other rank waits for.
  /// - Throws: `MPIError` when MPI can't start, or what `body` throws.
  package static func run<T>(_ body: (Communicator) throws -> T) throws -> T {
    let world = try start()
    defer { end() }
    return try body(world)
  }

  /// Starts MPI, runs `body` with all ranks of the job, and ends MPI. An error on any rank ends all ranks, and this
  /// function does not return.
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

  /// Starts MPI, unless it has been started.
  /// - Returns: all ranks of the job.
  /// - Throws: `MPIError` when MPI can't start.
  package static func start() throws -> Communicator {
    var isStarted: Int32 = 0
    MPI_Initialized(&isStarted)
    if isStarted == 0 { try check(MPI_Init(nil, nil), "MPI_Init") }
    return try Communicator(handle: pw_comm_world())
  }

  /// Ends MPI, if it has been started; no call may follow.
  package static func end() {
    var isStarted: Int32 = 0
    MPI_Initialized(&isStarted)
    if isStarted != 0 && !hasEnded { MPI_Finalize() }
  }

  static var hasEnded: Bool {
    var hasEnded: Int32 = 0
    MPI_Finalized(&hasEnded)
    return hasEnded != 0
  }
}

/// How a job ends that can't continue.
package struct JobFailure {
  package var message: String
  package var exitCode: Int32

  package init(message: String, exitCode: Int32) {
    self.message = message
    self.exitCode = exitCode
  }
}

extension Communicator {
  /// Runs what all ranks do together. An error on any of them ends all ranks of the job.
  /// - Parameter failure: the message and the exit code of an error.
  package func orAbort<T>(failure: (any Error) -> JobFailure, _ body: () throws -> T) -> T {
    do { return try body() } catch { abort(failure(error)) }
  }

  /// Ends every rank.
  ///
  /// An error that all ranks meet (a bad manifest, say) is printed once: rank 0 ends the job at once, and the others give
  /// it the time to.
  private func abort(_ failure: JobFailure) -> Never {
    if rank != 0 { Thread.sleep(forTimeInterval: 0.3) }
    let text = rank == 0 || size == 1 ? failure.message : "rank \(rank): \(failure.message)"
    FileHandle.standardError.write(Data(("paddlewheel: " + text + "\n").utf8))
    // A single rank has no others to end, and MPI_Abort would print a message of its own.
    if size == 1 { MPISession.end() } else { MPI_Abort(handle, failure.exitCode) }
    exit(failure.exitCode)
  }
}
