import MPI

/// Compares the result of each collective with the expected one.
/// - Throws: `CommandError` naming the first that is wrong.
func checkCollectives(_ communicator: Communicator) throws {
  try checkOnce(communicator)
  // In pieces of one or two values, as those beyond 2 GiB are sent.
  let whole = communicator.pieceBytes
  communicator.pieceBytes = 16 * communicator.size
  try checkOnce(communicator)
  communicator.pieceBytes = whole
}

private func checkOnce(_ communicator: Communicator) throws {
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
  var integers = [Int64(rank), 1 << 40]
  try communicator.reduce(&integers, .sum)
  try expect(integers == [Int64(sum), Int64(size) << 40], "sum of an array of integers")
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

/// Rank i sends i + j values i to rank j.
private func checkUnevenExchange(
  _ communicator: Communicator, _ expect: (Bool, String) throws -> Void
) throws {
  let rank = communicator.rank
  let size = communicator.size
  let counts = (0..<size).map { rank + $0 }
  // Of two numbers, so that the order of the values of one rank shows.
  func values(_ from: Int, _ count: Int) -> [SIMD2<Int32>] { (0..<count).map { [Int32(from), Int32($0)] } }
  let out = counts.flatMap { values(rank, $0) }
  let incoming = try communicator.allToAll(out, counts: counts)
  try expect(incoming == (0..<size).flatMap { values($0, rank + $0) }, "uneven all-to-all")
  let none = try communicator.allToAll([Double](), counts: counts.map { _ in 0 })
  try expect(none.isEmpty, "empty all-to-all")
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
