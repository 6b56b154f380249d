import Crystal
import Mathematics
import Statistics

/// g(r) and n(r) between each kind of anion's centres and the mobile ions, and among the mobile ions.
///
/// g(r) is the density of partners in a shell over their mean density; n(r) is the number of partners within
/// r.
package final class PairDistribution: FrameObserver {
  package static let reach_A = 10.0
  package static let bin_A = 0.05

  private let system: IonSystem
  private let binCount = Int(reach_A / bin_A)
  private var counts: [BlockSums]
  private var density: BlockSums

  package init(system: IonSystem) {
    self.system = system
    counts = (0...system.kinds.count).map { _ in
      BlockSums(bins: Int(Self.reach_A / Self.bin_A), frameCount: system.frameCount)
    }
    density = BlockSums(bins: 1, frameCount: system.frameCount)
  }

  package func observe(_ frame: IonFrame) throws {
    guard frame.index % system.structureStride == 0 else { return }
    let pairs = try frame.pairs(of: frame.anions + frame.cations, within: Self.reach_A)
    let block = density.block(of: frame.index)
    let anionCount = frame.anions.count
    density.add(Double(frame.cations.count) / frame.cell.volume, bin: 0, block: block)
    var found = [[Double]](repeating: [Double](repeating: 0, count: binCount), count: counts.count)
    for i in 0..<(anionCount + frame.cations.count) {
      let kind = i < anionCount ? system.kindOfAnion[i] : system.kinds.count
      pairs.forEach(of: i, from: anionCount) { _, _, vector in
        let bin = Int(length(vector) / Self.bin_A)
        if bin < binCount { found[kind][bin] += 1 }
      }
    }
    for kind in counts.indices {
      let centres =
        kind < system.kinds.count
        ? system.kindOfAnion.count { $0 == kind } : frame.cations.count
      for bin in 0..<binCount {
        counts[kind].add(found[kind][bin], weight: Double(centres), bin: bin, block: block)
      }
    }
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    guard let density = density.mean[0] else { return result }
    let middles = (0..<binCount).map { (Double($0) + 0.5) * Self.bin_A }
    for (kind, counts) in counts.enumerated() where kind == system.kinds.count || counts.mean[0] != nil {
      let name = kind < system.kinds.count ? system.kinds[kind].name : system.mobile
      let series = "\(name)–\(system.mobile)"
      let shells = (0..<binCount).map { bin -> Double in
        let (low, high) = (Double(bin) * Self.bin_A, Double(bin + 1) * Self.bin_A)
        return 4 / 3 * Double.pi * (high * high * high - low * low * low) * density
      }
      result.curves.append(
        counts.curve(
          "pair-distribution", series, x: middles, weight_ps: system.duration_ps, scale: { 1 / shells[$0] }))
      var running = counts.curve(
        "coordination", series, x: middles.map { $0 + Self.bin_A / 2 }, weight_ps: system.duration_ps)
      running.mean = Self.cumulative(running.mean)
      running.blocks = running.blocks.map(Self.cumulative)
      result.curves.append(running)
    }
    return result
  }

  private static func cumulative(_ values: [Double?]) -> [Double?] {
    var sum = 0.0
    return values.map { value in
      guard let value else { return nil }
      sum += value
      return sum
    }
  }

  /// The first minimum of g(r) between a kind of anion and the mobile ions beyond the highest peak, Å: where the
  /// first shell ends. Smoothed over five bins.
  package func firstMinimum_A(kind: Int) -> Double? {
    let mean = counts[kind].mean
    let g = (0..<binCount).map { bin -> Double in
      let r = (Double(bin) + 0.5) * Self.bin_A
      return (mean[bin] ?? 0) / (r * r)
    }
    let smooth = g.indices.map { i in
      let window = g[max(0, i - 2)...min(g.count - 1, i + 2)]
      return window.reduce(0, +) / Double(window.count)
    }
    guard let peak = smooth.indices.max(by: { smooth[$0] < smooth[$1] }), smooth[peak] > 0 else { return nil }
    let least = smooth[peak] * 0.9
    guard let fall = smooth.indices.first(where: { $0 > peak && smooth[$0] < least }) else { return nil }
    let rise = smooth.indices.first { i in
      i > fall && i + 6 < smooth.count && smooth[i + 1...i + 6].allSatisfy { $0 > smooth[i] }
    }
    return rise.map { (Double($0) + 0.5) * Self.bin_A }
  }

  /// The radii that hold a third and two thirds of the partners within `shell_A`, Å.
  package func terciles_A(kind: Int, shell_A: Double) -> [Double] {
    let values = counts[kind].mean.prefix(Int(shell_A / Self.bin_A)).map { $0 ?? 0 }
    let total = values.reduce(0, +)
    return [1.0 / 3, 2.0 / 3].map { share in
      var sum = 0.0
      for (bin, value) in values.enumerated() {
        if sum + value >= share * total {
          return (Double(bin) + (value > 0 ? (share * total - sum) / value : 0)) * Self.bin_A
        }
        sum += value
      }
      return shell_A
    }
  }
}
