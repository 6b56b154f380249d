import Crystal
import Mathematics
import Statistics
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
  /// Of the mean density.
  package static let refilled = 0.5
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
    refilling = BlockSums(bins: lags.lags.count, frameCount: system.frameCount)
  }

  package func observe(_ frame: IonFrame) throws {
    guard system.cationCount > 0 else { return }
    try lags.add(frame.cations, index: frame.index) { oldIndex, old, place in
      let block = refilling.block(oldIndex, frame.index)
      let time = shown.firstIndex(of: place)
      if let time { addSelf(old, frame, time: time, block: block) }
      try addOthers(old, frame, time: time, place: place, block: block)
    }
  }

  private func addSelf(_ old: [Vector3], _ frame: IonFrame, time: Int, block: Int) {
    selfPart[time].addWeight(Double(old.count) * Self.bin_A, block: block)
    for (before, after) in zip(old, frame.cations) {
      let bin = Int(min(length(after - before) / Self.bin_A, 1e6))
      if bin < bins { selfPart[time].add(1, weight: 0, bin: bin, block: block) }
    }
  }

  /// - Parameters:
  ///   - time: among those that are shown; nil where only the place itself counts.
  ///   - place: among the lags.
  private func addOthers(_ old: [Vector3], _ frame: IonFrame, time: Int?, place: Int, block: Int) throws {
    guard old.count > 1 else { return }
    let reach = time == nil ? Self.place_A : Self.reach_A
    let pairs = try frame.pairs(of: old + frame.cations, within: reach)
    let n = old.count
    let density = Double(n - 1) / frame.cell.volume
    var counts = [Double](repeating: 0, count: time == nil ? 0 : bins)
    var near = 0.0
    for i in 0..<n {
      pairs.forEach(of: i, from: n) { j, _, vector in
        // An ion's own images are not distinct ions.
        guard j - n != i else { return }
        let r = length(vector)
        if r < Self.place_A { near += 1 }
        let bin = Int(r / Self.bin_A)
        if bin < counts.count { counts[bin] += 1 }
      }
    }
    if let time {
      for bin in 0..<bins {
        let (low, high) = (Double(bin) * Self.bin_A, Double(bin + 1) * Self.bin_A)
        let shell = 4 / 3 * Double.pi * (high * high * high - low * low * low)
        distinct[time].add(counts[bin] / (shell * density), weight: Double(n), bin: bin, block: block)
      }
    }
    let volume = 4 / 3 * Double.pi * Self.place_A * Self.place_A * Self.place_A
    refilling.add(near / (volume * density), weight: Double(n), bin: place, block: block)
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
    let all = lags.lags.map { Double($0) * system.frameInterval_ps }
    result.curves.append(
      refilling.curve("refilling", system.mobile, x: all, weight_ps: system.duration_ps))
    let time = RisingCurve(times: all, values: refilling.mean).time(of: Self.refilled)
    result.values.append(
      SampledValue(
        observable: "refilling-time", series: system.mobile, mean: time,
        blocks: BlockSums.pseudoValues([refilling]) {
          RisingCurve(times: all, values: $0[0]).time(of: Self.refilled)
        },
        weight_ps: system.duration_ps, warning: time == nil ? .notRefilled : nil))
    return result
  }
}
