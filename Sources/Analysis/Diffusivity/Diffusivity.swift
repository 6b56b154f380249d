import Mathematics
import Support

/// The self-diffusivity of the mobile ions from the runs of one temperature.
///
/// Slope / 6 of the mean squared displacement over all ions, origins and runs, by generalised least
/// squares (`SlopeEstimator`), once D(t) has stopped falling (`LongTimeSlope`). Its error is the scatter that
/// single ions give it (`IonSpread`), times how much more time blocks of whole runs scatter than their ions
/// would on their own, with Student's t; or the spread of replicas, where there are enough of them or they
/// differ by more than that.
/// - Returns: an estimate without a value, or without an error, where the runs can't give it; its notes
///   say why.
/// - Throws: `AnalysisError` for no runs, runs of unlike frame intervals, or parameters out of range.
public func estimateDiffusivity(
  runs: [RunMobility], parameters: DiffusivityParameters = DiffusivityParameters()
) throws -> DiffusivityEstimate {
  try parameters.validate()
  let interval_ps = try commonInterval(of: runs)
  let longest = runs.map(\.frameCount).max() ?? 0
  let used = runs.filter { 2 * $0.frameCount >= longest }
  var fit = DiffusivityFit(runs: used, interval_ps: interval_ps, parameters: parameters)
  if used.count < runs.count {
    fit.notes.append(
      "D leaves out \(runs.count - used.count) of \(runs.count) runs, shorter than half of the longest")
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

/// One such estimate in the making.
private struct DiffusivityFit {
  /// After so many return times all but e⁻⁵ of the hops that will be undone have been.
  private static let returnTimes = 5.0
  /// The latest first lag, as a part of the last.
  private static let latestFraction = 0.75

  let runs: [RunMobility]
  let interval_ps: Double
  let parameters: DiffusivityParameters
  let pooled: PooledDisplacement
  let spread: IonSpread
  var notes: [String] = []

  init(runs: [RunMobility], interval_ps: Double, parameters: DiffusivityParameters) {
    self.runs = runs
    self.interval_ps = interval_ps
    self.parameters = parameters
    let pooled = PooledDisplacement(runs)
    self.pooled = pooled
    spread = IonSpread(runs) { pooled.jumpTime(window: $0) }
  }

  /// The variance of a slope over what the scatter of ions makes it: how far ions move together.
  private struct CollectivityFactor {
    var factor: Double
    var degreesOfFreedom: Double
    /// The same with what lies within runs only, over `factor`, and its degrees of freedom.
    var within: (part: Double, degreesOfFreedom: Double)
    /// A block is at least twice as long as the first lag.
    var holdsWindow: Bool
  }

  mutating func estimate() -> DiffusivityEstimate {
    let lastLag = self.lastLag
    let together = byBlocks(firstLag: frames(parameters.firstLag_ps ?? parameters.minimumFirstLag_ps))
    let latestFirst = Int(Double(lastLag) * Self.latestFraction)
    let earliest = earliestLag(latest: latestFirst, together: together?.factor ?? 4)
    let latest = parameters.firstLag_ps == nil ? max(earliest, latestFirst) : earliest
    guard earliest < lastLag else { return none(earliest: earliest) }
    let firstLags =
      parameters.firstLag_ps == nil ? spread.firstLags(from: earliest, to: latest) : [earliest]
    guard
      let late = LongTimeSlope(spread, firstLags: firstLags, lastLag: lastLag, factor: together?.factor ?? 1)
    else { return none(earliest: earliest) }
    if late.stillFalls {
      notes.append("D(t) still changes at the latest first lag that the runs allow: D is likely too high")
    }
    let value = spread.value(late.slope)
    var estimate = DiffusivityEstimate(
      value_A2_per_ps: value / (6 * interval_ps), errorSource: .none,
      window_ps: [late.firstLag, Double(lastLag)].map { $0 * interval_ps },
      growsBeyondChance: false, notes: [])
    let ionVariance = spread.variance(late.slope)
    if ionVariance > 0 { estimate.ionError_A2_per_ps = ionVariance.squareRoot() / (6 * interval_ps) }
    if let error = standardError(late) {
      estimate.standardError_A2_per_ps = error.standardError / (6 * interval_ps)
      estimate.degreesOfFreedom = error.degreesOfFreedom
      estimate.errorSource = error.source
    } else {
      notes.append("D has no error: the runs are too short for time blocks, and there are no replicas")
    }
    estimate.growsBeyondChance = growsBeyondChance(estimate, slope: late.slope)
    estimate.notes = notes
    return estimate
  }

  private func none(earliest: Int) -> DiffusivityEstimate {
    let note =
      "no D: a fit from \(threeDecimals(Double(earliest) * interval_ps)) ps on needs runs longer than "
      + "\(threeDecimals(Double(pooled.msd_A2.count - 1) * interval_ps)) ps"
    return DiffusivityEstimate(errorSource: .none, growsBeyondChance: false, notes: notes + [note])
  }

  /// By replicas where there are enough of them, or where they differ among each other by more than blocks
  /// explain (F test at 1 %): then blocks of one run share something, such as a frozen arrangement.
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
    guard let together = byBlocks(firstLag: Int(late.firstLag)) else {
      return byReplicas.map { ($0, freedom, .replicas) }
    }
    // Blocks that scatter little by chance make steps of D(t) seem larger, and the variance with them: as good
    // as two more blocks, by synthetic data.
    var blockFreedom = together.degreesOfFreedom + 2
    var factor = together.factor
    if !together.holdsWindow {
      // Where blocks are too short for this window, the scatter of ions has an uncertainty of its own. Ions that
      // move together count as one, and squares of displacements scatter about twice as widely as normal
      // deviates (Satterthwaite). A factor below 0.6 is taken for chance.
      factor = max(0.6, factor)
      let ions = Double(runs.reduce(0) { $0 + $1.ionCount })
      blockFreedom = 1 / (1 / blockFreedom + 2 / max(2, ions / max(1, factor)))
    }
    let byBlocks = (factor * spread.variance(late.slope) + late.doubt).squareRoot()
    if let byReplicas, byBlocks > 0 {
      let ratio = byReplicas * byReplicas / (together.within.part * byBlocks * byBlocks)
      if FisherF(numerator: freedom, denominator: together.within.degreesOfFreedom).cumulative(ratio) > 0.99 {
        notes.append("replicas differ by more than their time blocks explain: their spread is the error")
        return (byReplicas, freedom, .replicas)
      }
    }
    return (byBlocks, blockFreedom, .blocks)
  }

  /// From time blocks, at the first lag given or the latest that leaves a slope within a block.
  private func byBlocks(firstLag: Int) -> CollectivityFactor? {
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
    // Displacements that leave a block are in the whole run only, which knows its slope better.
    let blocksPerRun = Double(slopes.count) / Double(runs.count)
    let gain = whole.relativeVariance / (block.relativeVariance / blocksPerRun)
    let error = samples.mean(slopes).standardError
    return CollectivityFactor(
      factor: error * error * gain / variance, degreesOfFreedom: samples.degreesOfFreedom,
      within: samples.withinRuns(slopes) ?? (1, samples.degreesOfFreedom),
      holdsWindow: firstLag <= samples.lastLag)
  }

  /// Whether D is above zero at the one-sided level of bounds: by its error where that has four degrees of
  /// freedom, else by the scatter of ions, doubled for ions that move in fours.
  private func growsBeyondChance(_ estimate: DiffusivityEstimate, slope: IonSpread.Slope) -> Bool {
    guard let value = estimate.value_A2_per_ps, value > 0 else { return false }
    if let error = estimate.standardError_A2_per_ps, let freedom = estimate.degreesOfFreedom, freedom >= 4 {
      return value > StudentT(degreesOfFreedom: freedom).quantile(parameters.boundLevel) * error
    }
    let error = 2 * spread.variance(slope).squareRoot() / (6 * interval_ps)
    // As good as the normal distribution.
    return value > StudentT(degreesOfFreedom: 1000).quantile(parameters.boundLevel) * error
  }

  /// Frames, within the runs.
  private var lastLag: Int {
    let longest = pooled.msd_A2.count - 1
    if let wanted = parameters.lastLag_ps { return min(Int(min(wanted / interval_ps, 1e9)), longest) }
    return Int(Double(longest) * parameters.lastLagFraction)
  }

  /// The first lag to try, frames: some return times, as far as the runs allow.
  private mutating func earliestLag(latest: Int, together: Double) -> Int {
    if let first = parameters.firstLag_ps { return frames(first) }
    let hops = runs.reduce(HopStatistics()) { $0 + $1.hops }
    let ionTime = runs.reduce(0) { $0 + Double($1.ionCount) * $1.duration_ps }
    let runLength = runs.map(\.duration_ps).max() ?? 0
    let back = hops.returnTime_ps(
      ionTime_ps: ionTime, runLength_ps: runLength, dwell_ps: runs[0].hopCriterion.dwell_ps,
      together: max(1, together))
    let least = frames(parameters.minimumFirstLag_ps)
    guard let back else { return least }
    let wanted = max(least, frames(Self.returnTimes * back))
    guard wanted > latest else {
      notes.append(
        "hops are undone after \(threeDecimals(back)) ps on average: the fit starts at "
          + "\(threeDecimals(Self.returnTimes)) times that")
      return wanted
    }
    notes.append(
      "hops are undone after \(threeDecimals(back)) ps on average: the fit starts at "
        + "\(threeDecimals(Double(latest) * interval_ps)) ps, as the runs are too short for "
        + "\(threeDecimals(Self.returnTimes)) times that; D may be some per cent too high")
    return max(least, latest)
  }

  private func frames(_ time_ps: Double) -> Int {
    max(1, Int(min((time_ps / interval_ps).rounded(.up), 1e9)))
  }
}
