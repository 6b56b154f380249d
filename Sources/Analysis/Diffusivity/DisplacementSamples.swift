/// Independent samples of the mean squared displacement, whose spread gives the error: time blocks, or
/// replicas. The ions of one run are not independent: they move together.
package struct DisplacementSamples {
  let source: DiffusivityEstimate.ErrorSource
  /// [sample][lag], Å².
  package let msd_A2: [[Double]]
  /// Share of each sample in the mean; they sum to 1.
  let shares: [Double]
  /// The run that each sample belongs to.
  let run: [Int]
  /// The longest lag to fit, frames.
  let lastLag: Int

  /// A window must hold lags that differ by a factor of two for a slope to be told from an intercept.
  var latestFirstLag: Int { lastLag / 2 }

  /// The time blocks of all runs; nil where a run has none.
  package static func blocks(of runs: [RunMobility]) -> DisplacementSamples? {
    guard let shortest = runs.map(\.blockFrameCount).min(), shortest > 0 else { return nil }
    return DisplacementSamples(
      source: .blocks, msd: runs.flatMap(\.blockMSD_A2),
      weights: runs.flatMap { run in
        run.blockMSD_A2.map { Double(run.ionCount * ($0.count - 1)) }
      },
      run: runs.enumerated().flatMap { index, run in run.blockMSD_A2.map { _ in index } },
      // Displacements stay within a block: half of it leaves as many origins as the lag is long.
      lastLag: (shortest - 1) / 2)
  }

  /// Whole runs; nil for one alone.
  package static func replicas(_ runs: [RunMobility], lastLagFraction: Double) -> DisplacementSamples? {
    guard runs.count >= 2, let shortest = runs.map(\.frameCount).min() else { return nil }
    return DisplacementSamples(
      source: .replicas, msd: runs.map(\.msd_A2),
      weights: runs.map { Double($0.ionCount * ($0.frameCount - 1)) }, run: Array(runs.indices),
      lastLag: Int(Double(shortest - 1) * lastLagFraction))
  }

  private init(
    source: DiffusivityEstimate.ErrorSource, msd: [[Double]], weights: [Double], run: [Int], lastLag: Int
  ) {
    self.source = source
    self.msd_A2 = msd
    self.run = run
    self.lastLag = lastLag
    let sum = weights.reduce(0, +)
    shares = weights.map { $0 / sum }
  }

  /// The slope of each sample over a window of lags, Å² per frame; nil where the window does not fit.
  func slopes(window: ClosedRange<Int>, jumpTime: Double) -> [Double]? {
    var estimators: [Int: SlopeEstimator] = [:]
    var slopes: [Double] = []
    for msd in msd_A2 {
      if estimators[msd.count] == nil {
        estimators[msd.count] = SlopeEstimator(
          window: window, frameCount: msd.count, jumpTime: jumpTime)
      }
      guard let estimator = estimators[msd.count] else { return nil }
      slopes.append(estimator.slope(of: msd))
    }
    return slopes
  }

  /// Mean of a value of each sample, and its standard error.
  package func mean(_ values: [Double]) -> (mean: Double, standardError: Double) {
    let mean = zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 }
    let squares = zip(shares, values).reduce(0) { $0 + $1.0 * $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let count = Double(values.count)
    return (mean, (squares * count / (count - 1)).squareRoot())
  }

  var degreesOfFreedom: Double { Double(msd_A2.count - 1) }

  /// The variance within runs over that of all samples, and the degrees of freedom of the former; the ratio
  /// is about 1 where runs do not differ. nil where no run has two samples.
  func withinRuns(_ values: [Double]) -> (part: Double, degreesOfFreedom: Double)? {
    func squares(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    let groups = Dictionary(grouping: zip(run, values), by: \.0).mapValues { $0.map(\.1) }
    let freedom = Double(values.count - groups.count)
    let all = squares(values)
    guard freedom > 0, all > 0 else { return nil }
    let within = run.reduce(into: Set<Int>()) { $0.insert($1) }.sorted()
      .reduce(0) { $0 + squares(groups[$1] ?? []) }
    return (within / freedom / (all / degreesOfFreedom), freedom)
  }
}
