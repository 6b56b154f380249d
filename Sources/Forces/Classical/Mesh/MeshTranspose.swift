import MPI

/// Blocks that ranks of a row or a column of a layout exchange in a transform, and back: the part of each rank's numbers
/// that another needs, all messages prepared once and started together.
///
/// Forward: blocks of `packed`, one for each rank in order, to their places in `result`, where they lie in the same order.
final class MeshTranspose<Scalar: MeshScalar> {
  /// Own numbers, block by block.
  let packed: UnsafeMutablePointer<Scalar>
  /// Where the block for each rank begins in `packed`, and the end of the last.
  let starts: [Int]
  private let resultStarts: [Int]
  private let result: UnsafeMutablePointer<Scalar>
  private let me: Int
  private let forwardMessages: PersistentRequests
  private let backwardMessages: PersistentRequests
  /// That this rank sends there and back.
  private(set) var messages = 0
  private(set) var bytes = 0

  /// - Parameters:
  ///   - ranks: that exchange, in the order of their blocks.
  ///   - me: the index of this rank among them.
  ///   - packedCounts: numbers in each block of `packed`.
  ///   - result: must outlive this object.
  ///   - resultCounts: numbers in each block of `result`.
  init(
    _ communicator: Communicator, ranks: [Int], me: Int, packedCounts: [Int],
    result: UnsafeMutablePointer<Scalar>, resultCounts: [Int], tag: Int
  ) throws {
    func sums(_ counts: [Int]) -> [Int] { counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) } }
    starts = sums(packedCounts)
    resultStarts = sums(resultCounts)
    packed = Scalar.allocate(starts.last ?? 0)
    self.result = result
    self.me = me
    forwardMessages = PersistentRequests(communicator)
    backwardMessages = PersistentRequests(communicator)
    let width = MemoryLayout<Scalar>.stride
    for (index, rank) in ranks.enumerated() where index != me {
      let near = UnsafeMutableRawBufferPointer(
        start: packed + starts[index], count: packedCounts[index] * width)
      let far = UnsafeMutableRawBufferPointer(
        start: result + resultStarts[index], count: resultCounts[index] * width)
      if far.count > 0 {
        try forwardMessages.addReceive(far, from: rank, tag: tag)
        try backwardMessages.addSend(UnsafeRawBufferPointer(far), to: rank, tag: tag + 1)
      }
      if near.count > 0 {
        try forwardMessages.addSend(UnsafeRawBufferPointer(near), to: rank, tag: tag)
        try backwardMessages.addReceive(near, from: rank, tag: tag + 1)
      }
      messages += (near.count > 0 ? 1 : 0) + (far.count > 0 ? 1 : 0)
      bytes += near.count + far.count
    }
  }

  deinit { Scalar.release(packed) }

  /// `packed` → `result`.
  func forward() throws {
    try forwardMessages.start()
    (result + resultStarts[me]).update(from: packed + starts[me], count: starts[me + 1] - starts[me])
    try forwardMessages.wait()
  }

  /// `result` → `packed`.
  func backward() throws {
    try backwardMessages.start()
    (packed + starts[me]).update(from: result + resultStarts[me], count: starts[me + 1] - starts[me])
    try backwardMessages.wait()
  }
}
