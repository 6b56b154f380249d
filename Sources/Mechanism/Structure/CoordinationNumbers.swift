import Mathematics
import Statistics

/// The number of cations in the first shell of an anion at one instant: its distribution and mean (Kweon et
/// al. 2017, Fig. 3b; shells of 5.5 Å for Li, 6.0 Å for Na, 5.3 Å for contracted Li).
package final class CoordinationNumbers: FrameObserver {
  private let system: IonSystem
  private let shells_A: [Double?]
  private var histograms: [BlockSums]
  private var means: [BlockSums]
  private static let most = 40

  /// - Parameter shells_A: radius of the first shell of each kind of anion; nil leaves it out.
  package init(system: IonSystem, shells_A: [Double?]) {
    self.system = system
    self.shells_A = shells_A
    histograms = shells_A.map { _ in BlockSums(bins: Self.most + 1, frameCount: system.frameCount) }
    means = shells_A.map { _ in BlockSums(bins: 1, frameCount: system.frameCount) }
  }

  package func observe(_ frame: IonFrame) throws {
    guard frame.index % system.structureStride == 0, let reach = shells_A.compactMap(\.self).max()
    else { return }
    let shells = try CationShells(frame, radius_A: reach)
    let block = means.first?.block(of: frame.index) ?? 0
    for (anion, vectors) in shells.vectors.enumerated() {
      let kind = system.kindOfAnion[anion]
      guard let radius = shells_A[kind] else { continue }
      let count = vectors.count { dot($0, $0) <= radius * radius }
      means[kind].add(Double(count), bin: 0, block: block)
      histograms[kind].addWeight(1, block: block)
      histograms[kind].add(1, weight: 0, bin: min(Self.most, count), block: block)
    }
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    for (kind, shell) in shells_A.enumerated() {
      guard let shell, means[kind].mean[0] != nil else { continue }
      let series = system.kinds[kind].name
      let last = histograms[kind].mean.lastIndex { ($0 ?? 0) > 0 } ?? 0
      var curve = histograms[kind].curve(
        "coordination-distribution", series, x: (0...Self.most).map(Double.init),
        weight_ps: system.duration_ps)
      let end = min(Self.most + 1, last + 2)
      curve.x = Array(curve.x.prefix(end))
      curve.mean = Array(curve.mean.prefix(end))
      curve.blocks = curve.blocks.map { Array($0.prefix(end)) }
      result.curves.append(curve)
      result.values.append(
        SampledValue(
          observable: "coordination-number", series: series, mean: means[kind].mean[0],
          blocks: means[kind].blocks.map { $0[0] }, weight_ps: system.duration_ps))
      result.values.append(
        SampledValue(
          observable: "first-shell", series: series, mean: shell, blocks: [], weight_ps: system.duration_ps))
    }
    return result
  }
}
