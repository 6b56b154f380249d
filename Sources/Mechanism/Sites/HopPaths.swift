import Mathematics

/// ⟨R²⟩ and Σl² of the hops within each block of time, whose ratio is the correlation factor f (1 where each hop
/// is independent of the ones before it).
///
/// |R|² of a whole run scatters as much as that of a block: f of a run's ends alone would not profit from its
/// length. The blocks' sums do, and their scatter is the error of the value.
struct HopPaths {
  /// Of each ion in the current block.
  private var net: [Vector3]
  private var hops: [Int]
  private var current = 0
  private(set) var squares = [Double](repeating: 0, count: BlockSums.blockCount)
  private(set) var lengths = [Double](repeating: 0, count: BlockSums.blockCount)
  private var successive = 0
  private var count = 0

  init(ionCount: Int) {
    net = [Vector3](repeating: .zero, count: ionCount)
    hops = [Int](repeating: 0, count: ionCount)
  }

  mutating func add(_ hop: SiteHop, block: Int) {
    if block != current { close(next: block) }
    net[hop.ion] += hop.vector
    lengths[block] += dot(hop.vector, hop.vector)
    if hops[hop.ion] > 0 { successive += 1 }
    hops[hop.ion] += 1
    count += 1
  }

  private mutating func close(next: Int) {
    squares[current] = net.reduce(0) { $0 + dot($1, $1) }
    net = net.map { _ in .zero }
    hops = hops.map { _ in 0 }
    current = next
  }

  mutating func finish() -> BlockRatio {
    close(next: current)
    return BlockRatio(numerators: squares, denominators: lengths, successiveHops: successive)
  }
}
