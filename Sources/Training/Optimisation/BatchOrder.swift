import Mathematics

/// The batches of an epoch: a shuffle of the frames by seed and epoch, and who computes which frame.
struct BatchOrder {
  let frames: [Int]
  let size: Int

  init(count: Int, size: Int, seed: UInt64, epoch: Int) {
    var frames = Array(0..<count)
    var random = SplitMix64(seed: SplitMix64.number(epoch + 1, seed: seed))
    for index in stride(from: count - 1, to: 0, by: -1) {
      frames.swapAt(index, random.next(below: index + 1))
    }
    self.frames = frames
    self.size = size
  }

  /// The last batch is as large as the others or up to half as large again: a small one would be noisy.
  var count: Int { max(1, Int((Double(frames.count) / Double(size)).rounded())) }

  subscript(_ batch: Int) -> ArraySlice<Int> {
    let first = frames.count * batch / count
    return frames[first..<(frames.count * (batch + 1) / count)]
  }

  /// The atoms of each of some frames that a rank computes: a stretch of all atoms one after the other, of the same cost for
  /// each rank.
  static func atoms(of frames: [TrainingFrame], rank: Int, of ranks: Int) -> [Range<Int>] {
    let total = frames.reduce(0) { $0 + $1.cost }
    let (low, high) = (total * rank / ranks, total * (rank + 1) / ranks)
    var first = 0
    return frames.map { frame in
      func atom(at cost: Int) -> Int {
        min(max((cost - first) * frame.atomCount / max(frame.cost, 1), 0), frame.atomCount)
      }
      defer { first += frame.cost }
      return atom(at: low)..<(rank + 1 == ranks ? frame.atomCount : atom(at: high))
    }
  }

  /// The frames of a rank: the costliest first, each to the rank with the least to do.
  static func share(_ frames: some Sequence<Int>, costs: [Int], rank: Int, of ranks: Int) -> [Int] {
    guard ranks > 1 else { return Array(frames) }
    var loads = [Int](repeating: 0, count: ranks)
    var own: [Int] = []
    let order = frames.sorted { (costs[$0], $1) > (costs[$1], $0) }
    for frame in order {
      let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      loads[least] += costs[frame]
      if least == rank { own.append(frame) }
    }
    return own
  }
}
