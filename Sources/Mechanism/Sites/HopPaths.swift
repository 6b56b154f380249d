import Mathematics
import Statistics

/// ⟨R²⟩ and Σl² of the hops within each block of time, whose ratio is the correlation factor f (1 where each hop
/// is independent of the ones before it).
///
/// |R|² of a whole run scatters as much as that of a block: f of a run's ends alone would not profit from its
/// length. The blocks' sums do, and their scatter is the error of the value.
struct HopPaths {
  /// Of each ion in the current block: R, and Σl².
  private var net: [Vector3]
  private var own: [Double]
  private var parts: [BlockRatio.Part] = []
  private var current = 0
  private(set) var squares = [Double](repeating: 0, count: BlockSums.blockCount)
  private(set) var lengths = [Double](repeating: 0, count: BlockSums.blockCount)
  private var successive = 0

  init(ionCount: Int) {
    net = [Vector3](repeating: .zero, count: ionCount)
    own = [Double](repeating: 0, count: ionCount)
  }

  mutating func add(_ hop: SiteHop, block: Int) {
    if block != current { close(next: block) }
    net[hop.ion] += hop.vector
    let square = dot(hop.vector, hop.vector)
    lengths[block] += square
    if own[hop.ion] > 0 { successive += 1 }
    own[hop.ion] += square
  }

  private mutating func close(next: Int) {
    parts += zip(net, own).filter { $0.1 > 0 }.map {
      BlockRatio.Part(numerator: dot($0, $0), denominator: $1)
    }
    squares[current] = net.reduce(0) { $0 + dot($1, $1) }
    net = net.map { _ in .zero }
    own = own.map { _ in 0 }
    current = next
  }

  mutating func finish() -> BlockRatio {
    close(next: current)
    return BlockRatio(numerators: squares, denominators: lengths, parts: parts, successiveHops: successive)
  }
}
