import CMPI

/// Messages with fixed partners and buffers, prepared once and sent at every step.
///
/// The buffers must outlive this object and must not move.
package final class PersistentRequests {
  private let communicator: Communicator
  private var requests: [MPI_Request?] = []
  package private(set) var isUnderWay = false

  package init(_ communicator: Communicator) { self.communicator = communicator }

  deinit {
    guard !MPISession.hasEnded else { return }
    for index in requests.indices { MPI_Request_free(&requests[index]) }
  }

  package var count: Int { requests.count }

  package func addSend(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) throws {
    var request: MPI_Request?
    try check(
      MPI_Send_init(
        bytes.baseAddress, try count32(bytes.count), pw_type_byte(), Int32(rank), Int32(tag),
        communicator.handle, &request), "MPI_Send_init")
    requests.append(request)
  }

  package func addReceive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws {
    var request: MPI_Request?
    try check(
      MPI_Recv_init(
        bytes.baseAddress, try count32(bytes.count), pw_type_byte(), Int32(rank), Int32(tag),
        communicator.handle, &request), "MPI_Recv_init")
    requests.append(request)
  }

  /// Starts all messages; the send buffers must not change until `wait`.
  package func start() throws {
    guard !requests.isEmpty else { return }
    try check(MPI_Startall(Int32(requests.count), &requests), "MPI_Startall")
    isUnderWay = true
  }

  /// Waits until all receive buffers are filled and all send buffers may be reused.
  package func wait() throws {
    guard isUnderWay else { return }
    isUnderWay = false
    try check(pw_waitall(Int32(requests.count), &requests), "MPI_Waitall")
  }
}
