import CMPI

/// How values of all ranks are combined.
package enum Reduction {
  case sum, max, min

  var operation: Int32 {
    switch self {
    case .sum: Int32(PW_MPI_SUM.rawValue)
    case .max: Int32(PW_MPI_MAX.rawValue)
    case .min: Int32(PW_MPI_MIN.rawValue)
    }
  }
}

extension Communicator {
  /// Replaces the values by their combination over all ranks, the same bits on each.
  package func reduce(_ values: UnsafeMutableBufferPointer<Double>, _ how: Reduction) throws {
    guard let mpi = peers, let base = values.baseAddress else { return }
    try mpi.check(
      mpi.calls.reduce_doubles(base, try count32(values.count), how.operation, handle), "MPI_Allreduce")
  }

  package func reduce(_ values: inout [Double], _ how: Reduction) throws {
    try values.withUnsafeMutableBufferPointer { try reduce($0, how) }
  }

  package func reduced(_ value: Double, _ how: Reduction) throws -> Double {
    var value = value
    try withUnsafeMutablePointer(to: &value) {
      try reduce(UnsafeMutableBufferPointer(start: $0, count: 1), how)
    }
    return value
  }

  package func reduced(_ value: Int, _ how: Reduction) throws -> Int {
    guard let mpi = peers else { return value }
    var value = Int64(value)
    try mpi.check(mpi.calls.reduce_integers(&value, 1, how.operation, handle), "MPI_Allreduce")
    return Int(value)
  }

  /// The values of every rank, equally many on each, in rank order, on every rank.
  package func allGather<T: BitwiseCopyable>(_ values: [T]) throws -> [T] {
    guard let mpi = peers else { return values }
    let bytes = try count32(values.count * MemoryLayout<T>.stride)
    return try [T](unsafeUninitializedCapacity: values.count * size) { buffer, count in
      try values.withUnsafeBufferPointer {
        try mpi.check(
          mpi.calls.allgather($0.baseAddress, buffer.baseAddress, bytes, handle), "MPI_Allgather")
      }
      count = values.count * size
    }
  }

  /// Replaces the bytes of every rank by those of `root`.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int = 0) throws {
    guard let mpi = peers else { return }
    for first in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
      let count = min(Self.pieceBytes, bytes.count - first)
      try mpi.check(
        mpi.calls.broadcast(bytes.baseAddress.map { $0 + first }, try count32(count), Int32(root), handle),
        "MPI_Bcast")
    }
  }

  /// MPI counts bytes in 32 bits.
  private static var pieceBytes: Int { 1 << 30 }

  /// The value of `root`, on every rank.
  package func broadcast<T: BitwiseCopyable>(_ value: [T], from root: Int = 0) throws -> [T] {
    guard size > 1 else { return value }
    let count = try reduced(rank == root ? value.count : 0, .max)
    var result =
      rank == root
      ? value
      : [T](unsafeUninitializedCapacity: count) { buffer, n in
        _ = UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
        n = count
      }
    try result.withUnsafeMutableBytes { try broadcast($0, from: root) }
    return result
  }

  /// Sends one number to each rank and receives one from each.
  package func allToAll(_ values: [Int32]) throws -> [Int32] {
    guard let mpi = peers else { return values }
    return try [Int32](unsafeUninitializedCapacity: size) { buffer, count in
      try values.withUnsafeBufferPointer {
        try mpi.check(
          mpi.calls.alltoall_numbers($0.baseAddress, buffer.baseAddress, handle), "MPI_Alltoall")
      }
      count = size
    }
  }

  /// Sends bytes to each rank and receives from each; counts in bytes, packed in rank order.
  package func allToAll(
    send: UnsafeRawPointer, sendCounts: [Int32], receive: UnsafeMutableRawPointer, receiveCounts: [Int32]
  ) throws {
    guard let mpi = peers else {
      receive.copyMemory(from: send, byteCount: Int(sendCounts[0]))
      return
    }
    try mpi.check(
      mpi.calls.alltoallv(
        send, sendCounts, try offsets(sendCounts), receive, receiveCounts, try offsets(receiveCounts), handle),
      "MPI_Alltoallv")
  }

  /// The concatenation over ranks on `root`, empty elsewhere, and the number of values from each rank.
  package func gather<T: BitwiseCopyable>(_ values: [T], to root: Int = 0) throws -> (
    values: [T], counts: [Int]
  ) {
    let counts = try allGather([Int64(values.count)]).map(Int.init)
    guard let mpi = peers else { return (values, counts) }
    let stride = MemoryLayout<T>.stride
    let bytes = try counts.map { try count32($0 * stride) }
    let displacements = try offsets(bytes)
    let total = rank == root ? counts.reduce(0, +) : 0
    let gathered = try [T](unsafeUninitializedCapacity: max(total, 1)) { buffer, count in
      try values.withUnsafeBufferPointer {
        try mpi.check(
          mpi.calls.gatherv(
            $0.baseAddress, bytes[rank], buffer.baseAddress, bytes, displacements, Int32(root), handle),
          "MPI_Gatherv")
      }
      count = total
    }
    return (gathered, counts)
  }

  /// The concatenation over ranks on `root`, empty elsewhere, of any size.
  package func gatherInPieces<T: BitwiseCopyable>(_ values: [T], to root: Int = 0) throws -> [T] {
    guard size > 1 else { return values }
    let piece = Self.pieceBytes / size / MemoryLayout<T>.stride
    let longest = try reduced(values.count, .max)
    var parts = [[T]](repeating: [], count: size)
    for first in stride(from: 0, to: longest, by: piece) {
      let mine = Array(values[min(first, values.count)..<min(first + piece, values.count)])
      let gathered = try gather(mine, to: root)
      guard rank == root else { continue }
      var at = 0
      for (from, count) in gathered.counts.enumerated() {
        parts[from] += gathered.values[at..<(at + count)]
        at += count
      }
    }
    return Array(parts.joined())
  }

  private func offsets(_ counts: [Int32]) throws -> [Int32] {
    var sum = 0
    return try counts.map { count in
      defer { sum += Int(count) }
      return try count32(sum)
    }
  }
}
