import Analysis
import Mathematics
import RealModule
import Statistics

/// Rotation times and jump rates of a temperature from the anions of all its runs.
///
/// Correlation functions are pooled first: a time is that of the mean function, and the scatter among anions gives its
/// error, whether or not the function of a single run or block falls to 1/e.
struct RotorPool {
  private var samples: [String: [RotorSamples]] = [:]
  private var jumps: [String: [JumpCounts]] = [:]

  mutating func add(_ run: RunObservables) {
    for one in run.rotors { samples[one.kind, default: []].append(one) }
    for one in run.jumps { jumps[one.kind, default: []].append(one) }
  }

  /// By kind, in alphabetical order.
  func finish() -> [ObservableValue] {
    var values: [ObservableValue] = []
    for (kind, runs) in samples.sorted(by: { $0.key < $1.key }) {
      for degree in [1, 2] {
        values += RotationTime(kind: kind, degree: degree, runs: runs, jumps: jumps[kind] ?? []).values
      }
    }
    for (kind, runs) in jumps.sorted(by: { $0.key < $1.key }) {
      let rate = JumpRate(
        counts: runs.flatMap(\.jumps),
        watched_ps: runs.flatMap { run in run.jumps.map { _ in run.watched_ps } })
      values.append(
        ObservableValue(
          name: "reorientation-rate", series: kind, value: rate.rate_per_ps, error: rate.error_per_ps,
          interval68: rate.interval(level: 0.68), interval95: rate.interval(level: 0.95),
          unit: ObservableCatalogue.unit(ofValue: "reorientation-rate")))
    }
    return values
  }
}

extension DecaySamples {
  /// Lags are farther apart than this ratio: neighbours say the same.
  private static let spacing = 1.2
  /// The level at which whole runs scatter more than independent anions.
  private static let leastProbability = 0.05

  /// - Parameter degree: 1 for C₁, 2 for C₂.
  /// - Returns: nil where the runs have no lag in common.
  init?(_ runs: [RotorSamples], degree: Int, jumps: [JumpCounts]) {
    guard let first = runs.first else { return nil }
    let common = runs.reduce(first.lags_ps.count) { count, run in
      min(count, zip(first.lags_ps, run.lags_ps).prefix { abs($0 - $1) <= 1e-9 * max(1, $0) }.count)
    }
    var kept: [Int] = []
    for lag in 0..<common
    where lag == 0 || first.lags_ps[lag] >= Self.spacing * first.lags_ps[kept[kept.count - 1]] {
      kept.append(lag)
    }
    guard !kept.isEmpty else { return nil }
    let total = runs.reduce(0) { $0 + Double($1.sizes.reduce(0, +)) * $1.length_ps }
    var curves: [[Double]] = []
    var weights: [Double] = []
    for run in runs {
      for (curve, size) in zip(degree == 1 ? run.first : run.second, run.sizes) {
        curves.append(kept.map { curve[$0] })
        weights.append(Double(size) * run.length_ps / total)
      }
    }
    self.init(
      lags: kept.map { first.lags_ps[$0] }, curves: curves, weights: weights,
      length_ps: runs.reduce(0) { $0 + Double($1.sizes.reduce(0, +)) * $1.length_ps * $1.length_ps } / total,
      interval_ps: first.interval_ps)
    collectivity = Self.collectivity(runs, lagCount: common)
    let watched = jumps.reduce(0) { $0 + Double($1.jumps.count) * $1.watched_ps }
    let events = jumps.reduce(0) { $0 + $1.jumps.reduce(0, +) }
    jumpTime_ps = jumps.isEmpty ? 0 : watched / Double(events + 1)
  }

  /// The scatter of time blocks over what that of the anions within them makes of it: 1 where it is not significantly
  /// more, as for anions that rotate independently.
  private static func collectivity(_ runs: [RotorSamples], lagCount: Int) -> Double {
    func sum(_ lag: Int, _ of: KeyPath<RotorSamples, [Double]>) -> Double {
      runs.reduce(0) { $0 + $1[keyPath: of][lag] }
    }
    // The longest lag within a block has the most of the decay.
    guard let lag = (0..<lagCount).last(where: { sum($0, \.withinBlocks) > 0 }) else { return 1 }
    let middle = (0...lag).last { 2 * runs[0].lags_ps[$0] <= runs[0].lags_ps[lag] } ?? 0
    let ratio = sum(middle, \.betweenBlocks) / max(sum(middle, \.withinBlocks), 1e-300)
    let freedom = Double(BlockSums.blockCount - 1) * Double(runs.count)
    let below = Double(BlockSums.blockCount) * runs.reduce(0) { $0 + Double($1.sizes.count - 1) }
    guard below > 0, ratio > 1, ratio.isFinite else { return 1 }
    let chance = 1 - FisherF(numerator: freedom, denominator: below).cumulative(ratio)
    return chance < leastProbability ? ratio : 1
  }
}
