import CMPI
import Foundation

/// The ranks of one simulation. The only face of MPI that the rest of the program sees.
///
/// Not thread-safe: MPI is initialised for one thread, and all calls come from it.
package final class Communicator: @unchecked Sendable {
  let handle: MPI_Comm
  package let rank: Int
  package let size: Int

  init(handle: MPI_Comm) throws {
    self.handle = handle
    var value: Int32 = 0
    try check(MPI_Comm_set_errhandler(handle, pw_errors_return()), "MPI_Comm_set_errhandler")
    try check(MPI_Comm_rank(handle, &value), "MPI_Comm_rank")
    rank = Int(value)
    try check(MPI_Comm_size(handle, &value), "MPI_Comm_size")
    size = Int(value)
  }

  /// Starts MPI (once) and gives the world.
  /// - Throws: `MPIError` when MPI can't start.
  package static func world() throws -> Communicator {
    var started: Int32 = 0
    MPI_Initialized(&started)
    if started == 0 { try check(MPI_Init(nil, nil), "MPI_Init") }
    return try Communicator(handle: pw_comm_world())
  }

  /// Ends MPI; no call may follow.
  package static func finalize() {
    var started: Int32 = 0
    var ended: Int32 = 0
    MPI_Initialized(&started)
    MPI_Finalized(&ended)
    if started != 0 && ended == 0 { MPI_Finalize() }
  }

  package var isRoot: Bool { rank == 0 }

  package func barrier() throws { try check(MPI_Barrier(handle), "MPI_Barrier") }

  /// Ends every rank with `code`.
  ///
  /// An error that all ranks meet (a bad manifest, say) is printed once: rank 0 ends the run at once, the
  /// others leave it the time to.
  package func abort(_ message: String, code: Int32) -> Never {
    if rank != 0 { Thread.sleep(forTimeInterval: 0.3) }
    let text = rank == 0 || size == 1 ? message : "rank \(rank): \(message)"
    FileHandle.standardError.write(Data(("paddlewheel: " + text + "\n").utf8))
    // A rank that is alone has nobody to end, and MPI_Abort would add words of its own.
    if size == 1 { Self.finalize() } else { MPI_Abort(handle, code) }
    exit(code)
  }
}
