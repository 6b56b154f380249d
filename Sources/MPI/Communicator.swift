import CMPI

/// The ranks of one job. The rest of the program uses MPI only through this type and `MPISession`.
///
/// Not thread-safe: MPI is initialised for one thread, and all calls must come from that thread.
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

  package var isRoot: Bool { rank == 0 }

  /// This rank by itself.
  /// - Throws: `MPIError`.
  package static func alone() throws -> Communicator { try Communicator(handle: pw_comm_self()) }

  package func barrier() throws { try check(MPI_Barrier(handle), "MPI_Barrier") }
}
