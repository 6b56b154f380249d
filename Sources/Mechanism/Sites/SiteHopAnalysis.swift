import Analysis
import Mathematics
import Statistics

/// Hops between the sites of the cation density: their rate and length, residence times, and the correlation
/// factor f = ⟨R²⟩ / Σ l², 1 where each hop is independent of the previous ones.
///
/// The mean residence is the time that ions were watched at sites over the hops they made. From equilibrium this
/// is unbiased for any distribution of residence times (Cox, Renewal Theory, §4.2), also where they are long
/// against the run, whose ends cut them short. The curve is Kaplan and Meier's, of the stays that began in the run.
package final class SiteHopAnalysis: FrameObserver {
  private let system: IonSystem
  private let migration: MigrationAnalysis?
  private let blocks: BlockSums
  private var tracker: SiteTracker
  private var counter: EventCounter
  private var paths: HopPaths
  private var lengths: HopLengths
  /// Completed stays, frames.
  private var stays: [Int] = []
  private var lastFrame = 0
  private let perCation: Double

  /// - Parameter migration: receives each hop.
  package init(
    system: IonSystem, sites: DensitySites, crystal: CrystalFrame, migration: MigrationAnalysis? = nil
  ) {
    self.system = system
    self.migration = migration
    blocks = BlockSums(bins: 0, frameCount: system.frameCount)
    tracker = SiteTracker(sites: sites, crystal: crystal, ionCount: system.cationCount)
    counter = EventCounter(ionCount: system.cationCount, frameCount: system.frameCount)
    paths = HopPaths(ionCount: system.cationCount)
    lengths = HopLengths(sites: sites)
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
    let block = blocks.block(of: frame.index)
    let hops = tracker.advance(frame.cations, cell: frame.cell, frame: frame.index) { site, offset in
      lengths.add(site: site, offset: offset, block: block)
    }
    for hop in hops {
      counter.add(ion: hop.ion, frame: frame.index)
      paths.add(hop, block: block)
      lengths.add(hop, block: block)
      if let stay = hop.stay { stays.append(stay) }
    }
    lastFrame = frame.index
    migration?.observe(frame, hops: hops)
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    func add(
      _ name: String, _ mean: Double?, _ blocks: [Double?] = [], warning: Warning? = nil,
      detail: SampleDetail? = nil
    ) {
      result.values.append(
        SampledValue(
          observable: name, series: system.mobile, mean: mean, blocks: blocks,
          weight_ps: system.duration_ps, warning: warning, detail: detail))
    }
    add("sites-per-cation", perCation)
    let watched_ps = Double(tracker.watched(at: lastFrame)) * system.frameInterval_ps
    let counts = counter.finish(exposure_ps: watched_ps)
    let rate = watched_ps > 0 ? Double(counts.count) / watched_ps : nil
    add("hop-rate", rate, warning: rate == nil ? .noSites : nil, detail: .rate(counts))
    let length = lengths.finish()
    add("hop-length", length?.value_A, length?.blocks ?? [], warning: length == nil ? .noSiteHops : nil)
    add(
      "residence-time", rate.flatMap { $0 > 0 ? 1 / $0 : nil }, warning: rate == nil ? .noSites : nil,
      detail: .timePerEvent(counts))
    let factor = paths.finish()
    let total = factor.denominators.reduce(0, +)
    add(
      "correlation-factor", total > 0 ? factor.numerators.reduce(0, +) / total : nil,
      warning: total > 0 ? nil : .noSiteHops, detail: .ratio(factor))
    if !stays.isEmpty { addStays(to: &result) }
    return result + (migration?.finish() ?? RunObservables())
  }

  /// The share of the stays longer than t, and the exponent of Weibull's distribution of them.
  private func addStays(to result: inout RunObservables) {
    let interval = system.frameInterval_ps
    let table = SurvivalTable(
      ended: stays.map { Double(Self.rounded($0)) * interval },
      cut: tracker.openStays(at: lastFrame).map { Double(Self.rounded($0)) * interval })
    let times = ([0] + FrameLags<Int>(frameCount: 2 * system.frameCount).lags).map { Double($0) * interval }
    let shown = Array(times.prefix { $0 <= system.duration_ps * (1 + 1e-9) })
    let points = table.curve(at: shown)
    result.curves.append(
      SampledCurve(
        observable: "residence", series: system.mobile, x: shown, mean: points.map(\.0), blocks: [],
        weight_ps: system.duration_ps, survival: table))
    result.values.append(
      SampledValue(
        observable: "residence-exponent", series: system.mobile, mean: StretchedStays(table)?.exponent,
        blocks: [], weight_ps: system.duration_ps, detail: .stays(table)))
  }

  /// To 1 in 512, so that the stays of a long run do not fill a table with all their lengths.
  private static func rounded(_ frames: Int) -> Int {
    var step = 1
    while frames / step >= 1024 { step *= 2 }
    return (frames + step / 2) / step * step
  }
}
