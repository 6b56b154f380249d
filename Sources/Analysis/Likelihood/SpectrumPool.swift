import Mathematics
import RealModule

/// The modes of the runs of one temperature together, and the band of frequencies that is used.
struct SpectrumPool {
  /// Short runs: so many modes at least, though they may show vibrations.
  private static let fewestModes = 4
  /// Degrees of freedom given to the scatter in time of single ions, where few ions scatter about each other.
  private static let timeFreedom = 8.0
  /// Cosine modes of slow changes of an ion's activity.
  private static let slowModes = 8

  let runs: [DisplacementModes]
  let projection: Projection
  /// Of each run.
  let bands: [ClosedRange<Int>]
  let collectivity: Collectivity
  /// One point for a band of all runs where their modes have the same frequencies, else of each run.
  private(set) var points: [SpectrumPoint] = []
  /// Relative variance of the activity of one ion over the run beyond that of Gaussian motion.
  private(set) var excess = 0.0
  /// Degrees of freedom of `excess`.
  private(set) var excessFreedom = 1.0

  init(
    _ runs: [DisplacementModes], projection: Projection, shortestLag_ps: Double, longestLag_ps: Double?,
    takesFewModes: Bool = false
  ) {
    self.runs = runs
    self.projection = projection
    bands = runs.map { run in
      let resolved = run.duration_ps / (2 * max(1e-9, shortestLag_ps))
      let last = max(
        1, min(run.modeCount, max(takesFewModes ? 1 : Self.fewestModes, Int(min(resolved, 1e6)))))
      let first = longestLag_ps.map { Int(min(1e6, run.duration_ps / (2 * $0))) } ?? 1
      return max(1, min(first, last))...last
    }
    collectivity = Collectivity(runs)
    (excess, excessFreedom) = ionExcess()
    points = pooledPoints()
  }

  private var hasOneLayout: Bool {
    runs.allSatisfy {
      $0.windowCount == runs[0].windowCount && abs($0.window_ps / runs[0].window_ps - 1) < 1e-9
    }
  }

  var ionCount: Double { Double(runs.reduce(0) { $0 + $1.ionCount }) }

  /// The shortest and the longest time that the band resolves, ps: quarters of the periods of its modes.
  var lags_ps: [Double] {
    func quarter(_ run: DisplacementModes, _ mode: Int) -> Double {
      Double.pi / 2 / run.frequency_per_ps(mode)
    }
    let shortest = zip(runs, bands).map { quarter($0, $1.upperBound) }.max() ?? 0
    let longest = zip(runs, bands).map { quarter($0, $1.lowerBound) }.min() ?? 0
    return [shortest, longest]
  }

  /// Points with the degrees of freedom that the excess and the collectivity leave.
  private func pooledPoints() -> [SpectrumPoint] {
    var single = zip(runs, bands).map { $0.points($1, projection: projection) }
    if hasOneLayout {
      var pooled = single[0]
      for index in pooled.indices {
        let freedom = single.reduce(0) { $0 + $1[index].freedom }
        pooled[index].value_A2_per_ps =
          single.reduce(0) { $0 + $1[index].freedom * $1[index].value_A2_per_ps } / freedom
        pooled[index].freedom = freedom
      }
      single = [pooled]
    }
    let components = max(
      1, runs[0].points(bands[0], projection: projection)[0].freedom / Double(runs[0].ionCount))
    // The squares of a jump's sine modes scatter by half of what they have in common.
    let factor = (1 + components / 4 * excess) * max(1, collectivity.typical)
    return single.flatMap { $0 }.filter { $0.value_A2_per_ps > 0 }.map { point in
      var point = point
      point.freedom = max(0.5, point.freedom / factor)
      return point
    }
  }

  /// From how ions scatter about each other, and, where they are few, from how each changes in time.
  private func ionExcess() -> (value: Double, freedom: Double) {
    var (across, acrossFreedom) = (0.0, 0.0)
    var (inTime, timeWeight) = (0.0, 0.0)
    for (run, band) in zip(runs, bands) {
      let freedom = Double(run.ionCount - 1)
      if let covariance = run.octaveCovariance(projection: projection) {
        let weights = octaveWeights(run, band)
        var sum = 0.0
        for a in weights.indices {
          for b in weights.indices { sum += weights[a] * weights[b] * covariance[a][b] }
        }
        let points = run.points(band, projection: projection)
        let gaussian = 2 / points.reduce(0) { $0 + $1.freedom }
        across += freedom * Double(run.ionCount) * (sum - gaussian)
        acrossFreedom += freedom
      }
      if let value = run.timeExcess(slowModes: Self.slowModes) {
        inTime += Double(run.ionCount) * value
        timeWeight += Double(run.ionCount)
      }
    }
    let timeFreedom = timeWeight > 0 ? Self.timeFreedom : 0
    let total = acrossFreedom + timeFreedom
    guard total > 0 else { return (0, 1) }
    let time = timeWeight > 0 ? inTime / timeWeight : 0
    return (max(0, (across + timeFreedom * time) / total), total)
  }

  /// Of each octave in the mean over the band.
  private func octaveWeights(_ run: DisplacementModes, _ band: ClosedRange<Int>) -> [Double] {
    var weights = [Double](repeating: 0, count: DisplacementModes.octave(run.modeCount) + 1)
    for mode in band { weights[DisplacementModes.octave(mode)] += 1 / Double(band.count) }
    return weights
  }

  /// The relative variance of D that the frequencies have in common, for independent ions, where D is the mean of the
  /// points with these shares.
  /// - Returns: with its degrees of freedom, and the variance of Gaussian modes with their excess and collectivity.
  func commonVariance(shares: [Double]) -> (value: Double, freedom: Double, gaussian: Double) {
    let gaussian = zip(points, shares).reduce(0) { $0 + $1.1 * $1.1 * 2 / $1.0.freedom }
    let prior = excess / ionCount
    var octaves = [Double](repeating: 0, count: DisplacementModes.mostOctaves)
    for (point, share) in zip(points, shares) { octaves[point.octave] += share }
    var (sum, freedom) = (0.0, 0.0)
    for run in runs {
      guard let covariance = run.octaveCovariance(projection: projection) else { continue }
      let share = Double(run.ionCount) / ionCount
      for a in covariance.indices {
        for b in covariance.indices { sum += share * share * octaves[a] * octaves[b] * covariance[a][b] }
      }
      freedom += Double(run.ionCount - 1)
    }
    guard freedom > 0 else { return (prior, excessFreedom, gaussian) }
    let across = max(0, sum - gaussian / max(1, collectivity.typical))
    let value = (freedom * across + Self.timeFreedom * prior) / (freedom + Self.timeFreedom)
    return (value, freedom + Self.timeFreedom, gaussian)
  }

  /// How much each run's D lies above the mean, relative to it, by the same shares.
  func deviations(shares: [Double]) -> [(value: Double, weight: Double)] {
    guard runs.count >= 2 else { return [] }
    return zip(runs, bands).map { run, band in
      let own = run.points(band, projection: projection)
      let weight = Double(run.ionCount) * run.duration_ps
      if hasOneLayout, own.count == points.count {
        let sum = zip(zip(own, points), shares).reduce(0) { sum, item in
          sum + item.1 * (item.0.0.value_A2_per_ps / item.0.1.value_A2_per_ps - 1)
        }
        return (sum, weight)
      }
      let mean = own.reduce(0) { $0 + $1.freedom * $1.value_A2_per_ps } / own.reduce(0) { $0 + $1.freedom }
      let all =
        points.reduce(0) { $0 + $1.freedom * $1.value_A2_per_ps } / points.reduce(0) { $0 + $1.freedom }
      return (mean / all - 1, weight)
    }
  }
}

extension DisplacementModes {
  /// The relative variance of the mean activity of one ion, from its slow changes in time, beyond that of Gaussian
  /// motion with the same spectrum; nil for short runs.
  func timeExcess(slowModes: Int) -> Double? {
    guard activity_A4.count > 2, ionActivity_A4[0] > 0, ionCount > 0 else { return nil }
    let last = min(slowModes, activity_A4.count - 1)
    let slow = ionActivity_A4[1...last].reduce(0, +) / Double(last) / Double(ionCount)
    let sum = stepPower_A2.reduce(0, +)
    guard sum > 0 else { return nil }
    // Var Σ|Δr|² = 2 ⟨cosine mode²⟩ of white activity; Σ over steps of |Δr|² has the mean `sum`.
    let squares = stepPower_A2.reduce(0) { $0 + $1 * $1 }
    return (2 * slow - 2.0 / 3 * squares) / (sum * sum)
  }
}
