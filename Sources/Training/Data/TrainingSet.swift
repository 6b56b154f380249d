import MPI

/// Frames with what each costs.
package struct TrainingSet: Sendable {
  package let frames: [TrainingFrame]
  private let costs: [Int]

  init(_ frames: [TrainingFrame]) {
    self.frames = frames
    costs = frames.map(\.cost)
  }

  package var all: ArraySlice<Int> { Array(frames.indices)[...] }

  /// Those of some frames that a rank computes.
  func share(of frames: ArraySlice<Int>, _ communicator: Communicator) -> [Int] {
    BatchOrder.share(frames, costs: costs, rank: communicator.rank, of: communicator.size)
  }
}
