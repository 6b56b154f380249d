import Mathematics

/// The self-diffusivity of the mobile ions from the runs of one temperature.
///
/// Slope / 6 of the mean squared displacement over all ions, origins and runs, by generalised least squares
/// (`SlopeEstimator`), once D(t) has stopped falling (`LongTimeSlope`). Its error comes from the scatter of
/// single ions (`IonSpread`), times a collectivity factor: how much more time blocks scatter than they would
/// if their ions were independent. Intervals use Student's t. The spread of replicas gives the error instead
/// where there are enough of them, or where they differ by more than that.
/// - Returns: an estimate without a value, or without an error, where the runs do not determine it; its warnings
///   say why.
/// - Throws: `AnalysisError` for no runs, runs with different frame intervals, or parameters out of range.
public func estimateDiffusivity(
  runs: [RunMobility], parameters: DiffusivityParameters = DiffusivityParameters()
) throws -> DiffusivityEstimate {
  try parameters.validate()
  let interval_ps = try commonInterval(of: runs)
  let longest = runs.map(\.frameCount).max() ?? 0
  let used = runs.filter { 2 * $0.frameCount >= longest }
  var fit = DiffusivityFit(runs: used, interval_ps: interval_ps, parameters: parameters)
  if used.count < runs.count {
    fit.warnings.append(.shortRunsLeftOut(count: runs.count - used.count, runs: runs.count))
  }
  return fit.estimate()
}

/// - Throws: `AnalysisError` where there is no run or the runs' frame intervals differ.
package func commonInterval(of runs: [RunMobility]) throws -> Double {
  guard let first = runs.first else { throw AnalysisError.empty(what: "runs of a temperature") }
  for run in runs where abs(run.frameInterval_ps / first.frameInterval_ps - 1) > 1e-6 {
    throw AnalysisError.mismatch(
      what: "frame interval, ps", first: first.frameInterval_ps, second: run.frameInterval_ps)
  }
  return first.frameInterval_ps
}

/// The fit that gives one estimate.
private struct DiffusivityFit {
  /// After this many return times all but e⁻⁵ of the hops that will be undone have been undone.
  private static let returnTimes = 5.0
  /// The latest first lag, as a fraction of the last.
  private static let latestFraction = 0.75
  /// Collectivity assumed where blocks do not determine it.
  private static let assumedCollectivity = 4.0
  /// Blocks that happen to scatter little make steps of D(t) seem more significant and the variance larger.
  /// In tests on synthetic data, this is worth as much as this many additional degrees of freedom.
  private static let additionalDegreesOfFreedom = 2.0
  /// Below this a collectivity factor is attributed to chance.
  private static let smallestCollectivity = 0.6
  /// Confidence of the F test for replicas that differ by more than their blocks explain.
  private static let replicaTestLevel = 0.99
  /// An error with fewer degrees of freedom is too uncertain to test whether D is above zero.
  private static let testableDegreesOfFreedom = 4.0
  /// Student's t with this many is the normal distribution to all digits that matter.
  private static let normalDegreesOfFreedom = 1000.0

  let runs: [RunMobility]
  let interval_ps: Double
  let parameters: DiffusivityParameters
  let pooled: PooledDisplacement
  let spread: IonSpread
  var warnings: [Warning] = []

  init(runs: [RunMobility], interval_ps: Double, parameters: DiffusivityParameters) {
    self.runs = runs
    self.interval_ps = interval_ps
    self.parameters = parameters
    let pooled = PooledDisplacement(runs)
    self.pooled = pooled
    spread = IonSpread(runs) { pooled.jumpTime(window: $0) }
  }

  /// The variance of a slope over that for independent ions, from their scatter: how collectively ions move.
  private struct CollectivityFactor {
    var factor: Double
    var degreesOfFreedom: Double
    /// The factor from the variance within runs only, relative to `factor`, and its degrees of freedom.
    var within: (ratio: Double, degreesOfFreedom: Double)
    /// A block is at least twice as long as the first lag.
    var blocksContainWindow: Bool
  }

  mutating func estimate() -> DiffusivityEstimate {
    let lastLag = self.lastLag
    let collectivity = collectivity(firstLag: frames(parameters.firstLag_ps ?? parameters.minimumFirstLag_ps))
    let latestFirst = Int(Double(lastLag) * Self.latestFraction)
    let earliest = earliestLag(
      latest: latestFirst, collectivity: collectivity?.factor ?? Self.assumedCollectivity)
    let latest = parameters.firstLag_ps == nil ? max(earliest, latestFirst) : earliest
    guard earliest < lastLag else { return noFit(firstLag: earliest) }
    let firstLags =
      parameters.firstLag_ps == nil ? spread.firstLags(from: earliest, to: latest) : [earliest]
    guard
      let late = LongTimeSlope(
        spread, firstLags: firstLags, lastLag: lastLag, factor: collectivity?.factor ?? 1)
    else { return noFit(firstLag: earliest) }
    if late.stillFalls { warnings.append(.diffusivityStillChanges) }
    let value = spread.value(late.slope)
    var estimate = DiffusivityEstimate(
      value_A2_per_ps: value / (6 * interval_ps), errorSource: .none,
      window_ps: [late.firstLag, Double(lastLag)].map { $0 * interval_ps },
      growsBeyondChance: false, warnings: [])
    let ionVariance = spread.variance(late.slope)
    if ionVariance > 0 { estimate.ionError_A2_per_ps = ionVariance.squareRoot() / (6 * interval_ps) }
    if let error = standardError(late) {
      estimate.standardError_A2_per_ps = error.standardError / (6 * interval_ps)
      estimate.degreesOfFreedom = error.degreesOfFreedom
      estimate.errorSource = error.source
    } else {
      warnings.append(.noDiffusivityError)
    }
    estimate.growsBeyondChance = growsBeyondChance(estimate, slope: late.slope)
    estimate.warnings = warnings
    return estimate
  }

  private func noFit(firstLag: Int) -> DiffusivityEstimate {
    let warning = Warning.fitNeedsLongerRuns(
      from_ps: Double(firstLag) * interval_ps,
      longest_ps: Double(pooled.msd_A2.count - 1) * interval_ps)
    return DiffusivityEstimate(
      errorSource: .none, growsBeyondChance: false, warnings: warnings + [warning])
  }

  /// From replicas where there are enough of them, or where they differ by more than their blocks explain (F
  /// test at 1 %): the blocks of one run then have something in common, such as a frozen arrangement.
  /// Otherwise from blocks.
  private mutating func standardError(
    _ late: LongTimeSlope
  ) -> (standardError: Double, degreesOfFreedom: Double, source: DiffusivityEstimate.ErrorSource)? {
    let replicas = DisplacementSamples.replicas(runs, lastLagFraction: parameters.lastLagFraction)
    let byReplicas = replicas.map {
      let error = $0.mean(spread.values(late.slope)).standardError
      return (error * error + late.doubt).squareRoot()
    }
    let freedom = Double(runs.count - 1)
    if runs.count >= parameters.enoughReplicas, let byReplicas { return (byReplicas, freedom, .replicas) }
    guard let collectivity = collectivity(firstLag: Int(late.firstLag)) else {
      return byReplicas.map { ($0, freedom, .replicas) }
    }
    var blockFreedom = collectivity.degreesOfFreedom + Self.additionalDegreesOfFreedom
    var factor = collectivity.factor
    if !collectivity.blocksContainWindow {
      // Where blocks are too short for this window, the scatter of ions adds its own uncertainty. Ions that
      // move together count as one, and squared displacements scatter about twice as widely as normal
      // deviates (Satterthwaite).
      factor = max(Self.smallestCollectivity, factor)
      let ions = Double(runs.reduce(0) { $0 + $1.ionCount })
      blockFreedom = 1 / (1 / blockFreedom + 2 / max(2, ions / max(1, factor)))
    }
    let byBlocks = (factor * spread.variance(late.slope) + late.doubt).squareRoot()
    if let byReplicas, byBlocks > 0 {
      let within = collectivity.within
      let ratio = byReplicas * byReplicas / (within.ratio * byBlocks * byBlocks)
      let test = FisherF(numerator: freedom, denominator: within.degreesOfFreedom)
      if test.cumulative(ratio) > Self.replicaTestLevel {
        warnings.append(.replicasDiffer)
        return (byReplicas, freedom, .replicas)
      }
    }
    return (byBlocks, blockFreedom, .blocks)
  }

  /// From time blocks, at the first lag given or the latest that allows a slope within a block.
  private func collectivity(firstLag: Int) -> CollectivityFactor? {
    guard let samples = DisplacementSamples.blocks(of: runs) else { return nil }
    let first = min(firstLag, samples.latestFirstLag)
    guard first >= 1, first < samples.lastLag else { return nil }
    let window = first...samples.lastLag
    let jumpTime = pooled.jumpTime(window: window)
    guard let slopes = samples.slopes(window: window, jumpTime: jumpTime),
      let whole = spread.slope(window),
      let block = SlopeEstimator(
        window: window, frameCount: runs[0].blockFrameCount, jumpTime: jumpTime)
    else { return nil }
    let variance = spread.variance(whole)
    guard variance > 0 else { return nil }
    // Displacements across the ends of blocks count in the whole run only, whose slope is more precise.
    let blocksPerRun = Double(slopes.count) / Double(runs.count)
    let gain = whole.relativeVariance / (block.relativeVariance / blocksPerRun)
    let error = samples.mean(slopes).standardError
    return CollectivityFactor(
      factor: error * error * gain / variance, degreesOfFreedom: samples.degreesOfFreedom,
      within: samples.withinRuns(slopes) ?? (1, samples.degreesOfFreedom),
      blocksContainWindow: firstLag <= samples.lastLag)
  }

  /// Whether D is above zero at the one-sided level of bounds: by its error where that has enough degrees of
  /// freedom, otherwise by the scatter of ions, doubled for groups of four ions that move together.
  private func growsBeyondChance(_ estimate: DiffusivityEstimate, slope: IonSpread.Slope) -> Bool {
    guard let value = estimate.value_A2_per_ps, value > 0 else { return false }
    if let error = estimate.standardError_A2_per_ps, let freedom = estimate.degreesOfFreedom,
      freedom >= Self.testableDegreesOfFreedom
    {
      return value > StudentT(degreesOfFreedom: freedom).quantile(parameters.boundLevel) * error
    }
    let error = (Self.assumedCollectivity * spread.variance(slope)).squareRoot() / (6 * interval_ps)
    let normal = StudentT(degreesOfFreedom: Self.normalDegreesOfFreedom)
    return value > normal.quantile(parameters.boundLevel) * error
  }

  /// Frames, within the runs.
  private var lastLag: Int {
    let longest = pooled.msd_A2.count - 1
    if let wanted = parameters.lastLag_ps { return min(Int(min(wanted / interval_ps, 1e9)), longest) }
    return Int(Double(longest) * parameters.lastLagFraction)
  }

  /// The first lag to try, frames: five return times, as far as the runs allow.
  private mutating func earliestLag(latest: Int, collectivity: Double) -> Int {
    if let first = parameters.firstLag_ps { return frames(first) }
    let hops = runs.reduce(HopStatistics()) { $0 + $1.hops }
    let ionTime = runs.reduce(0) { $0 + Double($1.ionCount) * $1.duration_ps }
    let runLength = runs.map(\.duration_ps).max() ?? 0
    let back = hops.returnTime_ps(
      ionTime_ps: ionTime, runLength_ps: runLength, dwell_ps: runs[0].hopCriterion.dwell_ps,
      together: max(1, collectivity))
    let least = frames(parameters.minimumFirstLag_ps)
    guard let back else { return least }
    let wanted = max(least, frames(Self.returnTimes * back))
    guard wanted > latest else {
      warnings.append(.fitStartsAtReturnTime(time_ps: back, factor: Self.returnTimes))
      return wanted
    }
    warnings.append(
      .fitStartsBeforeReturnTime(
        time_ps: back, factor: Self.returnTimes, from_ps: Double(latest) * interval_ps))
    return max(least, latest)
  }

  private func frames(_ time_ps: Double) -> Int {
    max(1, Int(min((time_ps / interval_ps).rounded(.up), 1e9)))
  }
}
