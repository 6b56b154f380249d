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

  package func reduce(_ values: inout [Int64], _ how: Reduction) throws {
    guard let mpi = peers else { return }
    let count = try count32(values.count)
    try values.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      try mpi.check(mpi.calls.reduce_integers(base, count, how.operation, handle), "MPI_Allreduce")
    }
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
    for first in stride(from: 0, to: bytes.count, by: pieceBytes) {
      let count = min(pieceBytes, bytes.count - first)
      try mpi.check(
        mpi.calls.broadcast(bytes.baseAddress.map { $0 + first }, try count32(count), Int32(root), handle),
        "MPI_Bcast")
    }
  }

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

  func offsets(_ counts: [Int32]) throws -> [Int32] {
    var sum = 0
    return try counts.map { count in
      defer { sum += Int(count) }
      return try count32(sum)
    }
  }
}
