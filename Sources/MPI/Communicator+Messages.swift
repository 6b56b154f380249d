import CMPI

extension Communicator {
  /// Sends to one rank while receiving from another (or the same).
  package func exchange(
    send: UnsafeRawBufferPointer, to: Int, receive: UnsafeMutableRawBufferPointer, from: Int, tag: Int = 0
  ) throws {
    guard let mpi = library else {
      receive.copyMemory(from: UnsafeRawBufferPointer(rebasing: send.prefix(receive.count)))
      return
    }
    try mpi.check(
      mpi.calls.sendrecv(
        send.baseAddress, try count32(send.count), Int32(to), receive.baseAddress,
        try count32(receive.count), Int32(from), Int32(tag), handle), "MPI_Sendrecv")
  }

  /// Sends one integer while receiving one.
  package func exchange(count: Int, to: Int, from: Int) throws -> Int {
    var out = Int64(count)
    var result: Int64 = 0
    try withUnsafeBytes(of: &out) { outBytes in
      try withUnsafeMutableBytes(of: &result) { inBytes in
        try exchange(send: outBytes, to: to, receive: inBytes, from: from)
      }
    }
    return Int(result)
  }
}
