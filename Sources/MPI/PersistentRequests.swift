import CMPI

/// Messages with fixed partners and buffers, prepared once and sent at every step.
///
/// The buffers must outlive this object and must not move.
package final class PersistentRequests {
  private let communicator: Communicator
  private let messages: OpaquePointer?
  package private(set) var isUnderWay = false
  package private(set) var count = 0

  package init(_ communicator: Communicator) {
    self.communicator = communicator
    messages = communicator.library?.calls.messages_create()
  }

  deinit { communicator.library?.calls.messages_free(messages) }

  package func addSend(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) throws {
    let (mpi, messages) = try prepared()
    try mpi.check(
      mpi.calls.messages_send(
        messages, bytes.baseAddress, try count32(bytes.count), Int32(rank), Int32(tag), communicator.handle),
      "MPI_Send_init")
    count += 1
  }

  package func addReceive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws {
    let (mpi, messages) = try prepared()
    try mpi.check(
      mpi.calls.messages_receive(
        messages, bytes.baseAddress, try count32(bytes.count), Int32(rank), Int32(tag), communicator.handle),
      "MPI_Recv_init")
    count += 1
  }

  /// Starts all messages; the send buffers must not change until `wait`.
  package func start() throws {
    guard count > 0 else { return }
    let (mpi, messages) = try prepared()
    try mpi.check(mpi.calls.messages_start(messages), "MPI_Startall")
    isUnderWay = true
  }

  /// Waits until all receive buffers are filled and all send buffers may be reused.
  package func wait() throws {
    guard isUnderWay else { return }
    isUnderWay = false
    let (mpi, messages) = try prepared()
    try mpi.check(mpi.calls.messages_wait(messages), "MPI_Waitall")
  }

  /// - Throws: ``MPIError`` where there is no MPI, or no memory.
  private func prepared() throws -> (MPIFunctions, OpaquePointer) {
    guard let mpi = communicator.library else {
      throw MPIError(call: "MPI_Startall", message: "a single rank that runs without MPI has no partner")
    }
    guard let messages else { throw MPIError(call: "MPI_Startall", message: "out of memory") }
    return (mpi, messages)
  }
}
