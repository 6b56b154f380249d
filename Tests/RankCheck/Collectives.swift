import MPI

/// Compares the result of each collective with the expected one.
/// - Throws: `CommandError` naming the first that is wrong.
func checkCollectives(_ communicator: Communicator) throws {
  let rank = communicator.rank
  let size = communicator.size
  func expect(_ isRight: Bool, _ name: String) throws {
    if !isRight { throw CommandError(description: "\(name) is wrong") }
  }
  let sum = size * (size - 1) / 2
  try expect(try communicator.reduced(rank, .sum) == sum, "integer sum")
  try expect(try communicator.reduced(Double(rank), .max) == Double(size - 1), "maximum")
  try expect(try communicator.reduced(Double(rank) - 3, .min) == -3, "minimum")
  var values = [Double(rank), 0.5]
  try communicator.reduce(&values, .sum)
  try expect(values == [Double(sum), 0.5 * Double(size)], "sum of an array")
  try expect(
    try communicator.allGather([Int32(rank), Int32(7 * rank)])
      == (0..<size).flatMap { [Int32($0), Int32(7 * $0)] }, "all-gather")
  for root in [0, size - 1] {
    // Only the root knows how many values there are.
    let known: [Int64] = rank == root ? [3, 1, 4, 1, 5] : []
    try expect(try communicator.broadcast(known, from: root) == [3, 1, 4, 1, 5], "broadcast from \(root)")
    let parts = try communicator.gather([Double](repeating: Double(rank), count: rank), to: root)
    let wanted = (0..<size).flatMap { [Double](repeating: Double($0), count: $0) }
    try expect(parts.counts == Array(0..<size), "counts of gather to \(root)")
    try expect(parts.values == (rank == root ? wanted : []), "gather to \(root)")
  }
  try expect(
    try communicator.allToAll((0..<size).map { Int32(100 * rank + $0) })
      == (0..<size).map { Int32(100 * $0 + rank) }, "all-to-all")
  try checkUnevenExchange(communicator, expect)
  let from = (rank + size - 1) % size
  let received = try communicator.exchange(count: 10 + rank, to: (rank + 1) % size, from: from)
  try expect(received == 10 + from, "exchange")
  let combined = try CombinedReduction(communicator, sums: 2, maxima: 2)
  for turn in 0..<2 {
    combined[sum: 0] = Double(rank + turn)
    combined[sum: 1] = 0.25
    combined[maximum: 0] = Double(rank)
    combined[maximum: 1] = -Double(rank) - 1
    try combined.run()
    try expect(
      combined[sum: 0] == Double(sum + turn * size) && combined[sum: 1] == 0.25 * Double(size)
        && combined[maximum: 0] == Double(size - 1) && combined[maximum: 1] == -1, "combined reduction")
  }
  try communicator.barrier()
}

/// Rank i sends i + j bytes of value i to rank j.
private func checkUnevenExchange(
  _ communicator: Communicator, _ expect: (Bool, String) throws -> Void
) throws {
  let rank = communicator.rank
  let size = communicator.size
  let counts = (0..<size).map { Int32(rank + $0) }
  let out = [UInt8](repeating: UInt8(rank), count: counts.reduce(1) { $0 + Int($1) })
  var incoming = [UInt8](repeating: 255, count: out.count)
  try out.withUnsafeBytes { send in
    try incoming.withUnsafeMutableBytes { receive in
      guard let sendBase = send.baseAddress, let receiveBase = receive.baseAddress else { return }
      try communicator.allToAll(
        send: sendBase, sendCounts: counts, receive: receiveBase, receiveCounts: counts)
    }
  }
  let wanted: [UInt8] = (0..<size).flatMap { [UInt8](repeating: UInt8($0), count: rank + $0) } + [255]
  try expect(incoming == wanted, "uneven all-to-all")
}

/// A message longer than its receiver expects: an error that MPI itself finds.
func sendTooMuch(_ communicator: Communicator) throws {
  let out = [UInt8](repeating: 0, count: communicator.isRoot ? 64 : 8)
  var incoming = [UInt8](repeating: 0, count: 8)
  try out.withUnsafeBytes { send in
    try incoming.withUnsafeMutableBytes { receive in
      try communicator.exchange(
        send: send, to: (communicator.rank + 1) % communicator.size, receive: receive,
        from: (communicator.rank + communicator.size - 1) % communicator.size)
    }
  }
}
