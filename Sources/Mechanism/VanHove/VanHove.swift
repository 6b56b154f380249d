import Crystal
import Mathematics
import Support

/// The self and the distinct part of van Hove's correlation function of the mobile ions, and the refilling of
/// positions that ions have left (Kweon et al. 2017, Fig. S3).
///
/// Self: the density of |r_i(t) − r_i(0)|, 4πr²G_s, per Å. Distinct: the density of other ions around the
/// earlier position of an ion, over (N − 1)/V, so that it is 1 far away (pymatgen-analysis-diffusion divides
/// by N/V).
package final class VanHove: FrameObserver {
  package static let reach_A = 10.0
  package static let bin_A = 0.1
  /// A position counts as refilled within this distance, Å.
  package static let place_A = 1.0
  private static let targets_ps = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000]

  private let system: IonSystem
  private let bins = Int(reach_A / bin_A)
  private var lags: FrameLags<[Vector3]>
  /// For each time that is shown, its index in `lags`.
  private var shown: [Int]
  private var selfPart: [BlockSums]
  private var distinct: [BlockSums]
  private var refilling: BlockSums

  package init(system: IonSystem) {
    self.system = system
    let cations = max(1, system.cationCount)
    // Some 10⁸ distances, whatever the system size.
    let stride = max(1, system.frameCount * 24 * cations / 2_000_000)
    lags = FrameLags(frameCount: system.frameCount, originStride: stride)
    let times = lags.lags.map { Double($0) * system.frameInterval_ps }
    var shown: [Int] = []
    for target in Self.targets_ps where target <= (times.last ?? 0) * 1.001 {
      guard let place = times.indices.min(by: { abs(times[$0] - target) < abs(times[$1] - target) }),
        !shown.contains(place)
      else { continue }
      shown.append(place)
    }
    self.shown = shown
    let empty = BlockSums(bins: Int(Self.reach_A / Self.bin_A), frameCount: system.frameCount)
    selfPart = shown.map { _ in empty }
    distinct = shown.map { _ in empty }
    refilling = BlockSums(bins: shown.count, frameCount: system.frameCount)
  }

  package func observe(_ frame: IonFrame) throws {
    guard system.cationCount > 0 else { return }
    try lags.add(frame.cations, index: frame.index) { oldIndex, old, place in
      guard let time = shown.firstIndex(of: place) else { return }
      try add(old, frame, time: time, block: refilling.block(oldIndex, frame.index))
    }
  }

  private func add(_ old: [Vector3], _ frame: IonFrame, time: Int, block: Int) throws {
    selfPart[time].addWeight(Double(old.count) * Self.bin_A, block: block)
    for (before, after) in zip(old, frame.cations) {
      let bin = Int(min(length(after - before) / Self.bin_A, 1e6))
      if bin < bins { selfPart[time].add(1, weight: 0, bin: bin, block: block) }
    }
    guard old.count > 1 else { return }
    let pairs = try frame.pairs(of: old + frame.cations, within: Self.reach_A)
    let n = old.count
    let density = Double(n - 1) / frame.cell.volume
    var counts = [Double](repeating: 0, count: bins)
    var near = 0.0
    for i in 0..<n {
      pairs.forEach(of: i, from: n) { j, _, vector in
        // An ion's own images are not distinct ions.
        guard j - n != i else { return }
        let r = length(vector)
        let bin = Int(r / Self.bin_A)
        if bin < bins { counts[bin] += 1 }
        if r < Self.place_A { near += 1 }
      }
    }
    for bin in 0..<bins {
      let (low, high) = (Double(bin) * Self.bin_A, Double(bin + 1) * Self.bin_A)
      let shell = 4 / 3 * Double.pi * (high * high * high - low * low * low)
      distinct[time].add(counts[bin] / (shell * density), weight: Double(n), bin: bin, block: block)
    }
    let place = 4 / 3 * Double.pi * Self.place_A * Self.place_A * Self.place_A
    refilling.add(near / (place * density), weight: Double(n), bin: time, block: block)
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    guard system.cationCount > 0, !shown.isEmpty else { return result }
    let middles = (0..<bins).map { (Double($0) + 0.5) * Self.bin_A }
    let times = shown.map { Double(lags.lags[$0]) * system.frameInterval_ps }
    for (index, time) in times.enumerated() where selfPart[index].mean[0] != nil {
      let series = "\(system.mobile), \(threeDecimals(time)) ps"
      result.curves.append(
        selfPart[index].curve("van-hove-self", series, x: middles, weight_ps: system.duration_ps))
      guard distinct[index].mean[0] != nil else { continue }
      result.curves.append(
        distinct[index].curve("van-hove-distinct", series, x: middles, weight_ps: system.duration_ps))
    }
    let curve = refilling.curve("refilling", system.mobile, x: times, weight_ps: system.duration_ps)
    result.curves.append(curve)
    func begin(_ values: [Double?]) -> Double? {
      zip(times, values).first { ($0.1 ?? 0) >= 0.5 }?.0
    }
    result.values.append(
      SampledValue(
        observable: "refilling-time", series: system.mobile, mean: begin(curve.mean),
        blocks: curve.blocks.map(begin), weight_ps: system.duration_ps,
        warning: begin(curve.mean) == nil ? .notRefilled : nil))
    return result
  }
}
