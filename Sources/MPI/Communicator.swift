import CMPI

/// The ranks of one job. The rest of the program uses MPI only through this type and `MPISession`.
///
/// Not thread-safe: MPI is initialised for one thread, and all calls must come from that thread.
package final class Communicator: @unchecked Sendable {
  let handle: Int
  package let rank: Int
  package let size: Int
  /// The most bytes of one message of a collective; smaller in tests.
  package var pieceBytes = 1 << 30
  /// Nil in a process that is alone and does without MPI.
  let library: MPIFunctions?

  init(handle: Int, _ mpi: MPIFunctions) throws {
    self.handle = handle
    library = mpi
    var value: Int32 = 0
    try mpi.check(mpi.calls.return_errors(handle), "MPI_Comm_set_errhandler")
    try mpi.check(mpi.calls.rank(handle, &value), "MPI_Comm_rank")
    rank = Int(value)
    try mpi.check(mpi.calls.size(handle, &value), "MPI_Comm_size")
    size = Int(value)
  }

  /// One rank without MPI.
  private init() {
    handle = 0
    rank = 0
    size = 1
    library = nil
  }

  static func withoutMPI() -> Communicator { Communicator() }

  /// What to reach the other ranks by; nil where there are none.
  @inline(__always) var peers: MPIFunctions? { size > 1 ? library : nil }

  package var isRoot: Bool { rank == 0 }

  /// This rank by itself.
  package static func alone() -> Communicator { withoutMPI() }

  package func barrier() throws {
    guard let mpi = peers else { return }
    try mpi.check(mpi.calls.barrier(handle), "MPI_Barrier")
  }
}
