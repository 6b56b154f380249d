import Analysis
import Mathematics
import Statistics

/// The collective displacement of all mobile ions, which carries the current, compared with that of single
/// ions: the collective diffusivity D_σ, the Haven ratio H = D/D_σ, and the non-Gaussian parameter α₂.
///
/// σ = n (Ze)² D_σ/(k_B T): the Nernst–Einstein equation, with D in place of D_σ, is off by a factor H. Each
/// pair of frames gives only one value, so D_σ is much less precise than D.
package final class CollectiveDisplacement: FrameObserver {
  private let system: IonSystem
  private var lags: FrameLags<[Vector3]>
  private var collective: BlockSums
  private var square: BlockSums
  private var quartic: BlockSums

  package init(system: IonSystem) {
    self.system = system
    let work = 24 * system.frameCount * max(1, system.cationCount)
    lags = FrameLags(frameCount: system.frameCount, originStride: (work + 99_999_999) / 100_000_000)
    collective = BlockSums(bins: lags.lags.count, frameCount: system.frameCount)
    square = collective
    quartic = collective
  }

  package func observe(_ frame: IonFrame) {
    guard system.cationCount > 0 else { return }
    lags.add(frame.cations, index: frame.index) { oldIndex, old, place in
      var sum = Vector3.zero
      var second = 0.0
      var fourth = 0.0
      for (before, after) in zip(old, frame.cations) {
        let d = after - before
        let r2 = dot(d, d)
        sum += d
        second += r2
        fourth += r2 * r2
      }
      let count = Double(old.count)
      let block = square.block(oldIndex, frame.index)
      collective.add(dot(sum, sum) / count, bin: place, block: block)
      square.add(second / count, bin: place, block: block)
      quartic.add(fourth / count, bin: place, block: block)
    }
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    guard system.cationCount > 0, square.mean.first ?? nil != nil else { return result }
    let times = lags.lags.map { Double($0) * system.frameInterval_ps }
    result.curves.append(
      collective.curve("collective-displacement", system.mobile, x: times, weight_ps: system.duration_ps))
    func alpha(_ second: [Double?], _ fourth: [Double?]) -> [Double?] {
      zip(second, fourth).map { pair in
        guard let r2 = pair.0, let r4 = pair.1, r2 > 0 else { return nil }
        return 3 * r4 / (5 * r2 * r2) - 1
      }
    }
    result.curves.append(
      SampledCurve(
        observable: "non-gaussian", series: system.mobile, x: times, mean: alpha(square.mean, quartic.mean),
        blocks: zip(square.blocks, quartic.blocks).map(alpha), weight_ps: system.duration_ps))
    let window = window(times)
    func slope(_ values: [Double?]) -> Double? {
      let known = zip(times, values).filter { window.contains($0.0) }.compactMap { t, v in v.map { (t, $0) } }
      guard known.count >= 3 else { return nil }
      return try? ordinaryLeastSquaresSlope(x: known.map(\.0), y: known.map(\.1)) / 6
    }
    func ratio(_ single: Double?, _ together: Double?) -> Double? {
      guard let single, let together, together > 0 else { return nil }
      return single / together
    }
    let warning = Warning.fittedBetween(from_ps: window.lowerBound, to_ps: window.upperBound)
    result.values.append(
      SampledValue(
        observable: "collective-diffusivity", series: system.mobile, mean: slope(collective.mean),
        blocks: BlockSums.pseudoValues([collective]) { slope($0[0]) }, weight_ps: system.duration_ps,
        warning: warning))
    result.values.append(
      SampledValue(
        observable: "haven-ratio", series: system.mobile,
        mean: ratio(slope(square.mean), slope(collective.mean)),
        blocks: BlockSums.pseudoValues([square, collective]) { ratio(slope($0[0]), slope($0[1])) },
        weight_ps: system.duration_ps, warning: warning))
    return result
  }

  /// Longer than vibrations, and short enough for a block to contain many such intervals.
  private func window(_ times: [Double]) -> ClosedRange<Double> {
    let block = system.duration_ps / Double(BlockSums.blockCount)
    let last = max(0.4 * block, times.first ?? 0)
    return min(1, 0.25 * last)...last
  }
}
