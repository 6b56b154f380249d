import Analysis
import Mathematics

/// Hops between the sites of the cation density: their rate and length, residence times, and the correlation
/// factor f = ⟨R²⟩ / Σ l², 1 where each hop is independent of the previous ones.
package final class SiteHopAnalysis: FrameObserver {
  private let system: IonSystem
  private let migration: MigrationAnalysis?
  private var tracker: SiteTracker
  private var rate: BlockSums
  private var squares: BlockSums
  private var stays: BlockSums
  private var stayFrames: [Int] = []
  private var stayBlocks: [Int] = []
  /// Σ of the hop vectors of each ion, over the run and over the current block.
  private var whole: [Vector3]
  private var part: [Vector3]
  private var partBlock = 0
  private var displaced = [Double](repeating: 0, count: BlockSums.blockCount)
  private var lengths = [Double](repeating: 0, count: BlockSums.blockCount)
  private let perCation: Double

  /// - Parameter migration: receives each hop.
  package init(
    system: IonSystem, sites: DensitySites, crystal: CrystalFrame, migration: MigrationAnalysis? = nil
  ) {
    self.system = system
    self.migration = migration
    tracker = SiteTracker(sites: sites, crystal: crystal, ionCount: system.cationCount)
    rate = BlockSums(bins: 1, frameCount: system.frameCount)
    squares = rate
    stays = rate
    whole = [Vector3](repeating: .zero, count: system.cationCount)
    part = whole
    perCation = Double(sites.fractions.count * crystal.cellCount) / Double(max(1, system.cationCount))
  }

  /// The numbers of this analysis, not determined.
  static func undetermined(_ system: IonSystem, because warning: Warning?) -> [SampledValue] {
    ["sites-per-cation", "hop-rate", "hop-length", "residence-time", "correlation-factor"].map {
      SampledValue(
        observable: $0, series: system.mobile, mean: nil, blocks: [], weight_ps: system.duration_ps,
        warning: warning)
    }
  }

  package func observe(_ frame: IonFrame) {
    let block = rate.block(of: frame.index)
    if block != partBlock { closePart(next: block) }
    let hops = tracker.advance(frame.cations, cell: frame.cell, frame: frame.index)
    rate.add(
      Double(hops.count), weight: Double(system.cationCount) * system.frameInterval_ps, bin: 0, block: block)
    for hop in hops {
      let square = dot(hop.vector, hop.vector)
      squares.add(square, bin: 0, block: block)
      whole[hop.ion] += hop.vector
      part[hop.ion] += hop.vector
      lengths[block] += square
      if let stay = hop.stay {
        stays.add(Double(stay) * system.frameInterval_ps, bin: 0, block: block)
        stayFrames.append(stay)
        stayBlocks.append(block)
      }
    }
    migration?.observe(frame, hops: hops)
  }

  private func closePart(next: Int) {
    displaced[partBlock] = part.reduce(0) { $0 + dot($1, $1) }
    part = [Vector3](repeating: .zero, count: part.count)
    partBlock = next
  }

  package func finish() -> RunObservables {
    closePart(next: partBlock)
    var result = RunObservables()
    func add(_ name: String, _ mean: Double?, _ blocks: [Double?], warning: Warning? = nil) {
      result.values.append(
        SampledValue(
          observable: name, series: system.mobile, mean: mean, blocks: blocks,
          weight_ps: system.duration_ps, warning: warning))
    }
    add("sites-per-cation", perCation, [])
    add("hop-rate", rate.mean[0], rate.blocks.map { $0[0] })
    add(
      "hop-length", squares.mean[0].map { $0.squareRoot() },
      squares.blocks.map { $0[0].map { $0.squareRoot() } })
    add(
      "residence-time", stays.mean[0], stays.blocks.map { $0[0] },
      warning: .completedStaysOnly)
    let total = lengths.reduce(0, +)
    let net = whole.reduce(0) { $0 + dot($1, $1) }
    add(
      "correlation-factor", total > 0 ? net / total : nil,
      zip(displaced, lengths).map { $1 > 0 ? $0 / $1 : nil },
      warning: total > 0 ? nil : .noSiteHops)
    if !stayFrames.isEmpty { result.curves.append(residence()) }
    return result + (migration?.finish() ?? RunObservables())
  }

  /// The fraction of residence times longer than t.
  private func residence() -> SampledCurve {
    let longest = stayFrames.max() ?? 1
    let step = max(1, longest / 100)
    let times = Array(stride(from: 0, through: longest, by: step))
    func share(_ frames: [Int]) -> [Double?] {
      let sorted = frames.sorted()
      var below = 0
      return times.map { time in
        while below < sorted.count && sorted[below] <= time { below += 1 }
        return sorted.isEmpty ? nil : Double(sorted.count - below) / Double(sorted.count)
      }
    }
    let blocks = (0..<BlockSums.blockCount).map { block in
      share(zip(stayFrames, stayBlocks).filter { $0.1 == block }.map(\.0))
    }
    return SampledCurve(
      observable: "residence", series: system.mobile,
      x: times.map { Double($0) * system.frameInterval_ps }, mean: share(stayFrames), blocks: blocks,
      weight_ps: system.duration_ps)
  }
}
