import CMPI

/// Collectives of any size, in pieces: MPI counts bytes, and places in a buffer, in 32 bits.
extension Communicator {
  /// Values of one rank in one piece, so that those of all ranks fit; at least one.
  private func pieceLength<T>(of type: T.Type) -> Int {
    max(1, pieceBytes / size / MemoryLayout<T>.stride)
  }

  /// The concatenation over ranks on `root`, empty elsewhere, and the number of values from each rank.
  package func gather<T: BitwiseCopyable>(_ values: [T], to root: Int = 0) throws -> (
    values: [T], counts: [Int]
  ) {
    let counts = try allGather([Int64(values.count)]).map(Int.init)
    guard size > 1 else { return (values, counts) }
    let piece = pieceLength(of: T.self)
    let longest = counts.max() ?? 0
    guard longest > piece else { return (try gatherOnce(values[...], counts, to: root), counts) }
    let starts = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    // Filled piece by piece, each at its place, so that nothing is held twice.
    var whole: [T] = []
    for first in stride(from: 0, to: longest, by: piece) {
      func range(_ count: Int) -> Range<Int> { min(first, count)..<min(first + piece, count) }
      let gathered = try gatherOnce(values[range(values.count)], counts.map { range($0).count }, to: root)
      guard rank == root else { continue }
      if whole.isEmpty {
        guard let any = gathered.first else { continue }
        whole = [T](repeating: any, count: starts[size])
      }
      var at = 0
      for (from, count) in counts.enumerated() {
        let target = range(count)
        for k in target { whole[starts[from] + k] = gathered[at + k - target.lowerBound] }
        at += target.count
      }
    }
    return (whole, counts)
  }

  /// One piece of each rank, in rank order, on `root`.
  private func gatherOnce<T: BitwiseCopyable>(
    _ values: ArraySlice<T>, _ counts: [Int], to root: Int
  ) throws -> [T] {
    guard let mpi = peers else { return Array(values) }
    let bytes = try counts.map { try count32($0 * MemoryLayout<T>.stride) }
    let places = try offsets(bytes)
    let total = rank == root ? counts.reduce(0, +) : 0
    return try [T](unsafeUninitializedCapacity: max(total, 1)) { buffer, count in
      try values.withUnsafeBufferPointer {
        try mpi.check(
          mpi.calls.gatherv(
            $0.baseAddress, bytes[rank], buffer.baseAddress, bytes, places, Int32(root), handle),
          "MPI_Gatherv")
      }
      count = total
    }
  }

  /// Sends each rank the values meant for it.
  /// - Parameters:
  ///   - values: for the ranks in their order.
  ///   - counts: of values for each rank.
  /// - Returns: the values for this rank, in the order of the ranks that sent them.
  package func allToAll<T: BitwiseCopyable>(_ values: [T], counts: [Int]) throws -> [T] {
    guard peers != nil else { return values }
    let incoming = try allToAll(counts.map { try count32($0) }).map(Int.init)
    let piece = pieceLength(of: T.self)
    let longest = try reduced(max(counts.max() ?? 0, incoming.max() ?? 0), .max)
    if longest <= piece { return try allToAllOnce(values, counts, incoming) }
    let starts = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    var parts = [[T]](repeating: [], count: size)
    for first in stride(from: 0, to: longest, by: piece) {
      func range(_ count: Int) -> Range<Int> { min(first, count)..<min(first + piece, count) }
      let out = counts.indices.flatMap { rank -> ArraySlice<T> in
        let mine = range(counts[rank])
        return values[(starts[rank] + mine.lowerBound)..<(starts[rank] + mine.upperBound)]
      }
      let arriving = incoming.map { range($0).count }
      let received = try allToAllOnce(out, counts.map { range($0).count }, arriving)
      var at = 0
      for (from, count) in arriving.enumerated() {
        parts[from] += received[at..<(at + count)]
        at += count
      }
    }
    return Array(parts.joined())
  }

  private func allToAllOnce<T: BitwiseCopyable>(_ values: [T], _ counts: [Int], _ incoming: [Int]) throws
    -> [T]
  {
    guard let mpi = peers else { return values }
    let width = MemoryLayout<T>.stride
    let (sent, received) = (
      try counts.map { try count32($0 * width) }, try incoming.map { try count32($0 * width) }
    )
    let total = incoming.reduce(0, +)
    // MPI requires an address even for no data.
    var nothing = 0
    return try [T](unsafeUninitializedCapacity: max(total, 1)) { buffer, count in
      try values.withUnsafeBytes { out in
        try withUnsafeMutableBytes(of: &nothing) { spare in
          guard let spare = spare.baseAddress else { return }
          try mpi.check(
            mpi.calls.alltoallv(
              out.baseAddress ?? UnsafeRawPointer(spare), sent, try offsets(sent),
              buffer.baseAddress.map(UnsafeMutableRawPointer.init) ?? spare, received, try offsets(received),
              handle),
            "MPI_Alltoallv")
        }
      }
      count = total
    }
  }
}
