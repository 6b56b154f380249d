/// Sums over a run as a whole and over equal, consecutive blocks of its frames.
package struct BlockSums {
  /// Blocks into which a run is divided for errors.
  package static let blockCount = 5

  private let frameCount: Int
  /// `[block, then "between blocks"][bin]`.
  private var sums: [[Double]]
  private var weights: [[Double]]

  package init(bins: Int, frameCount: Int) {
    self.frameCount = max(1, frameCount)
    sums = [[Double]](repeating: [Double](repeating: 0, count: bins), count: Self.blockCount + 1)
    weights = sums
  }

  package func block(of frame: Int) -> Int {
    min(Self.blockCount - 1, max(0, frame) * Self.blockCount / frameCount)
  }

  /// The block of a product of two frames: a product belongs to a block only if both frames do.
  package func block(_ first: Int, _ second: Int) -> Int {
    let block = block(of: first)
    return block == self.block(of: second) ? block : Self.blockCount
  }

  package mutating func add(_ value: Double, weight: Double = 1, bin: Int, block: Int) {
    sums[block][bin] += value
    weights[block][bin] += weight
  }

  /// Adds a weight to every bin: a frame that a histogram is normalised by.
  package mutating func addWeight(_ weight: Double, block: Int) {
    for bin in weights[block].indices { weights[block][bin] += weight }
  }

  private func ratio(_ sum: Double, _ weight: Double) -> Double? { weight > 0 ? sum / weight : nil }

  /// Means over the whole run.
  package var mean: [Double?] {
    sums[0].indices.map { bin in
      ratio(sums.reduce(0) { $0 + $1[bin] }, weights.reduce(0) { $0 + $1[bin] })
    }
  }

  /// Means over each block, `[block][bin]`.
  package var blocks: [[Double?]] {
    (0..<Self.blockCount).map { block in
      sums[block].indices.map { ratio(sums[block][$0], weights[block][$0]) }
    }
  }

  /// Pseudo-values of a function of the means (jackknife over the blocks): the standard error of their mean is that
  /// of the function, which may be anything but linear.
  /// - Parameter value: takes the means of each of the sums.
  /// - Returns: nothing where the function has no value for some of the blocks left out.
  package static func pseudoValues(_ sums: [BlockSums], _ value: ([[Double?]]) -> Double?) -> [Double?] {
    guard let whole = value(sums.map { $0.mean(without: nil) }) else { return [] }
    let parts = (0..<blockCount).compactMap { block in value(sums.map { $0.mean(without: block) }) }
    guard parts.count == blockCount else { return [] }
    let count = Double(blockCount)
    return parts.map { count * whole - (count - 1) * $0 }
  }

  /// Means over the pairs within blocks.
  private func mean(without: Int?) -> [Double?] {
    let used = (0..<Self.blockCount).filter { $0 != without }
    return sums[0].indices.map { bin in
      ratio(used.reduce(0) { $0 + sums[$1][bin] }, used.reduce(0) { $0 + weights[$1][bin] })
    }
  }

  /// Sums of a bin over the whole run.
  package func total(bin: Int) -> (sum: Double, weight: Double) {
    (sums.reduce(0) { $0 + $1[bin] }, weights.reduce(0) { $0 + $1[bin] })
  }
}
