/// The self-diffusivity of the mobile ions from the runs of one temperature.
///
/// Slope / 6 of the mean squared displacement over all ions, origins and runs, by generalised least
/// squares (`SlopeEstimator`) over a window without back-jumps (`FitWindow`). Its error is the spread of
/// the same fit to time blocks, at least five of each run, or to replicas, with Student's t: replicas
/// where there are enough of them, where they differ by more than blocks explain, or where blocks are not
/// at least four times as long as the first lag.
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
func commonInterval(of runs: [RunMobility]) throws -> Double {
  guard let first = runs.first else { throw AnalysisError.empty(what: "runs of a temperature") }
  for run in runs where abs(run.frameInterval_ps / first.frameInterval_ps - 1) > 1e-6 {
    throw AnalysisError.mismatch(
      what: "frame interval, ps", first: first.frameInterval_ps, second: run.frameInterval_ps)
  }
  return first.frameInterval_ps
}

/// One such estimate in the making.
private struct DiffusivityFit {
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
  private struct Togetherness {
    var factor: Double
    var degreesOfFreedom: Double
    var source: DiffusivityEstimate.ErrorSource
  }

  mutating func estimate() -> DiffusivityEstimate {
    let lastLag = self.lastLag
    let together = byBlocks(firstLag: frames(parameters.firstLag_ps ?? parameters.minimumFirstLag_ps))
    let latestFirst = Int(Double(lastLag) * latestFraction)
    let earliest = earliestLag(latest: latestFirst, together: together?.factor ?? 4)
    let latest = parameters.firstLag_ps == nil ? max(earliest, latestFirst) : earliest
    guard earliest < lastLag else { return none(earliest: earliest) }
    let firstLags =
      parameters.firstLag_ps == nil ? spread.firstLags(from: earliest, to: latest) : [earliest]
    guard
      let late = LateSlope(spread, firstLags: firstLags, lastLag: lastLag, factor: together?.factor ?? 1)
    else { return none(earliest: earliest) }
    if late.stillFalls {
      notes.append("D(t) still changes at the latest first lag that the runs allow: D is likely too high")
    }
    let value = spread.value(late.slope)
    var estimate = DiffusivityEstimate(
      value_A2_per_ps: value / (6 * interval_ps), errorSource: .none,
      window_ps: [late.firstLag, Double(lastLag)].map { $0 * interval_ps },
      growsBeyondChance: false, notes: [])
    if let error = standardError(late, value: value) {
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
      "no D: a fit from \(rounded(Double(earliest) * interval_ps)) ps on needs runs longer than "
      + "\(rounded(Double(pooled.msd_A2.count - 1) * interval_ps)) ps"
    return DiffusivityEstimate(errorSource: .none, growsBeyondChance: false, notes: notes + [note])
  }

  /// By replicas where there are enough of them, or where they differ among each other by more than blocks
  /// explain (F test at 1 %): then blocks of one run share something, such as a frozen arrangement.
  private mutating func standardError(
    _ late: LateSlope, value: Double
  ) -> (standardError: Double, degreesOfFreedom: Double, source: DiffusivityEstimate.ErrorSource)? {
    let replicas = DisplacementSamples.replicas(runs, lastLagFraction: parameters.lastLagFraction)
    let byReplicas = replicas.map { ($0.mean(spread.values(late.slope)).standardError.squared + late.doubt).squareRoot() }
    let freedom = Double(runs.count - 1)
    if runs.count >= parameters.enoughReplicas, let byReplicas { return (byReplicas, freedom, .replicas) }
    guard let together = byBlocks(firstLag: Int(late.firstLag)) else {
      return byReplicas.map { ($0, freedom, .replicas) }
    }
    let byBlocks = (together.factor * spread.variance(late.slope) + late.doubt).squareRoot()
    if let byReplicas, byBlocks > 0 {
      let ratio = byReplicas * byReplicas / (byBlocks * byBlocks)
      if FisherF(numerator: freedom, denominator: together.degreesOfFreedom).cumulative(ratio) > 0.99 {
        notes.append("replicas differ by more than their time blocks explain: their spread is the error")
        return (byReplicas, freedom, .replicas)
      }
    }
    return (byBlocks, together.degreesOfFreedom, .blocks)
  }

  /// From time blocks, at the first lag given or the latest that leaves a slope within a block.
  private func byBlocks(firstLag: Int) -> Togetherness? {
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
    return Togetherness(
      factor: error * error * gain / variance, degreesOfFreedom: samples.degreesOfFreedom,
      source: .blocks)
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
      ionTime_ps: ionTime, runLength_ps: runLength, dwell_ps: runs[0].hopCriterion.dwell_ps, together: max(1, together))
    let least = frames(parameters.minimumFirstLag_ps)
    guard let back else { return least }
    let wanted = max(least, frames(returnTimes * back))
    guard wanted > latest else {
      notes.append(
        "hops are undone after \(rounded(back)) ps on average: the fit starts at "
          + "\(rounded(returnTimes)) times that")
      return wanted
    }
    notes.append(
      "hops are undone after \(rounded(back)) ps on average: the fit starts at "
        + "\(rounded(Double(latest) * interval_ps)) ps, as the runs are too short for "
        + "\(rounded(returnTimes)) times that; D may be some per cent too high")
    return max(least, latest)
  }

  private func frames(_ time_ps: Double) -> Int {
    max(1, Int(min((time_ps / interval_ps).rounded(.up), 1e9)))
  }
}

nonisolated(unsafe) var returnTimes = 5.0
nonisolated(unsafe) var latestFraction = 0.75

/// For notes: three decimals.
func rounded(_ x: Double) -> String {
  let scaled = (x * 1000).rounded() / 1000
  return scaled == scaled.rounded() && abs(scaled) < 1e15 ? "\(Int(scaled))" : "\(scaled)"
}

extension Double {
  var squared: Double { self * self }
}
