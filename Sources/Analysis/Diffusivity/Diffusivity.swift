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
  var notes: [String] = []

  init(runs: [RunMobility], interval_ps: Double, parameters: DiffusivityParameters) {
    self.runs = runs
    self.interval_ps = interval_ps
    self.parameters = parameters
    pooled = PooledDisplacement(runs)
  }

  private struct Result {
    var window: FitWindow
    var slope: (mean: Double, standardError: Double)
    var runsDiffer: Bool
    var samples: DisplacementSamples
    var jumpTime: Double
  }

  mutating func estimate() -> DiffusivityEstimate {
    let earliest = earliestLag()
    guard let result = chosenFit(earliest: earliest) else { return withoutError(earliest: earliest) }
    if !result.window.isFlat {
      notes.append("D(t) still changes at the latest first lag that the runs allow: D is likely too high")
    }
    // A last lag that was asked for holds for D itself; blocks may be too short for it.
    let window = result.window.lags.lowerBound...(wantedLastLag() ?? result.window.lags.upperBound)
    guard let estimator = estimator(window, result.jumpTime) else {
      return withoutError(earliest: earliest)
    }
    return finish(estimator, window: window, result: result)
  }

  private func finish(
    _ estimator: SlopeEstimator, window: ClosedRange<Int>, result: Result?
  ) -> DiffusivityEstimate {
    let scale = 1 / (6 * interval_ps)
    var estimate = DiffusivityEstimate(
      value_A2_per_ps: estimator.slope(of: pooled.msd_A2) * scale,
      standardError_A2_per_ps: result.map { $0.slope.standardError * scale },
      degreesOfFreedom: result?.samples.degreesOfFreedom, errorSource: result?.samples.source ?? .none,
      window_ps: [Double(window.lowerBound) * interval_ps, Double(window.upperBound) * interval_ps],
      growsBeyondChance: false, notes: notes)
    estimate.growsBeyondChance = growsBeyondChance(estimate, window: window)
    return estimate
  }

  /// Whether D is above zero at the one-sided level of bounds: by its error where that has four degrees of
  /// freedom, else by the model's error, doubled for ions that move in fours.
  private func growsBeyondChance(_ estimate: DiffusivityEstimate, window: ClosedRange<Int>) -> Bool {
    guard let value = estimate.value_A2_per_ps, value > 0 else { return false }
    if let error = estimate.standardError_A2_per_ps, let freedom = estimate.degreesOfFreedom, freedom >= 4 {
      return value > StudentT(degreesOfFreedom: freedom).quantile(parameters.boundLevel) * error
    }
    guard let estimator = estimator(window, pooled.jumpTime(window: window)) else { return false }
    let ions = Double(runs.reduce(0) { $0 + $1.ionCount })
    let relativeError = 2 * (estimator.relativeVariance / ions).squareRoot()
    // As good as the normal distribution.
    return 1 > StudentT(degreesOfFreedom: 1000).quantile(parameters.boundLevel) * relativeError
  }

  /// By replicas where there are enough, by blocks elsewhere, by replicas after all where blocks won't do.
  private mutating func chosenFit(earliest: Int) -> Result? {
    let replicas = DisplacementSamples.replicas(runs, lastLagFraction: parameters.lastLagFraction)
    if runs.count >= parameters.enoughReplicas, let result = fit(replicas, earliest: earliest) {
      return result
    }
    guard let byBlocks = fit(DisplacementSamples.blocks(of: runs), earliest: earliest) else {
      return fit(replicas, earliest: earliest)
    }
    if byBlocks.runsDiffer {
      notes.append("replicas differ by more than their time blocks explain: their spread is the error")
    } else if byBlocks.window.isFlat, !fallsAtLongLags(byBlocks) {
      return byBlocks
    } else {
      notes.append("D(t) falls beyond the lags that time blocks can tell: blocks don't give the error")
    }
    return fit(replicas, earliest: earliest)
  }

  /// Whether D from the longest lags of whole runs is smaller than from those of a block, by more than
  /// chance: hops are undone later than blocks can see. The error at long lags is that of the model,
  /// scaled by what the blocks show over the model at theirs (ions that move together).
  private func fallsAtLongLags(_ result: Result) -> Bool {
    guard parameters.firstLag_ps == nil else { return false }
    let last = Int(Double(pooled.msd_A2.count - 1) * parameters.lastLagFraction)
    guard last / 2 > result.window.lags.lowerBound,
      let short = estimator(result.window.lags, result.jumpTime),
      let long = estimator((last / 2)...last, result.jumpTime)
    else { return false }
    let fall = short.slope(of: pooled.msd_A2) - long.slope(of: pooled.msd_A2)
    let ratio = (long.relativeVariance / short.relativeVariance).squareRoot()
    return fall > 3 * ratio * result.slope.standardError
  }

  /// The first lag to try, frames: three return times, or two where the runs are too short for three.
  private mutating func earliestLag() -> Int {
    if let first = parameters.firstLag_ps { return frames(first) }
    let hops = runs.reduce(HopStatistics()) { $0 + $1.hops }
    let ionTime = runs.reduce(0) { $0 + Double($1.ionCount) * $1.duration_ps }
    let runLength = runs.map(\.duration_ps).max() ?? 0
    let back = hops.returnTime_ps(
      ionTime_ps: ionTime, runLength_ps: runLength, dwell_ps: runs[0].hopCriterion.dwell_ps)
    guard let back else { return frames(parameters.minimumFirstLag_ps) }
    let wanted = frames(max(parameters.minimumFirstLag_ps, 3 * back))
    let shortest = runs.map(\.frameCount).min() ?? 0
    let latest = Int(Double(shortest - 1) * parameters.lastLagFraction) / 2
    guard wanted > latest, frames(2 * back) <= latest else {
      notes.append(
        "hops are undone after \(rounded(back)) ps on average: the fit starts at three times that")
      return wanted
    }
    notes.append(
      "hops are undone after \(rounded(back)) ps on average: the fit starts at "
        + "\(rounded(Double(latest) * interval_ps)) ps, as the runs are too short for three times that; "
        + "D may be some per cent too high")
    return latest
  }

  private func frames(_ time_ps: Double) -> Int {
    max(1, Int(min((time_ps / interval_ps).rounded(.up), 1e9)))
  }

  /// Frames, within the runs; nil where none is asked for.
  private func wantedLastLag() -> Int? {
    parameters.lastLag_ps.map { min(Int(min($0 / interval_ps, 1e9)), pooled.msd_A2.count - 1) }
  }

  private func fit(_ samples: DisplacementSamples?, earliest: Int) -> Result? {
    guard let samples else { return nil }
    let lastLag = min(samples.lastLag, wantedLastLag() ?? Int.max)
    guard 2 * earliest <= lastLag else { return nil }
    let jumpTime = pooled.jumpTime(window: earliest...lastLag)
    let window =
      parameters.firstLag_ps == nil
      ? FitWindow.choose(samples, earliest: earliest, lastLag: lastLag, jumpTime: jumpTime)
      : FitWindow(lags: earliest...lastLag, isFlat: true)
    guard let window, let slopes = samples.slopes(window: window.lags, jumpTime: jumpTime) else {
      return nil
    }
    return Result(
      window: window, slope: samples.mean(slopes),
      runsDiffer: samples.source == .blocks && samples.runsDiffer(slopes), samples: samples,
      jumpTime: jumpTime)
  }

  private func estimator(_ window: ClosedRange<Int>, _ jumpTime: Double) -> SlopeEstimator? {
    SlopeEstimator(window: window, frameCount: pooled.frameCount, jumpTime: jumpTime)
  }

  /// One run whose blocks are short against the first lag: a value at most, from half of the last lag on
  /// where the first is not given, which is as far from back-jumps as the run allows.
  private mutating func withoutError(earliest: Int) -> DiffusivityEstimate {
    let latest = Int(Double(pooled.msd_A2.count - 1) * parameters.lastLagFraction)
    let lastLag = wantedLastLag() ?? latest
    let firstLag = parameters.firstLag_ps == nil ? max(earliest, lastLag / 2) : earliest
    guard 2 * firstLag <= lastLag,
      let estimator = estimator(
        firstLag...lastLag, pooled.jumpTime(window: firstLag...lastLag))
    else {
      notes.append(
        "no D: a fit from \(rounded(Double(earliest) * interval_ps)) ps on needs runs longer than "
          + "\(rounded(Double(pooled.msd_A2.count - 1) * interval_ps)) ps")
      return DiffusivityEstimate(errorSource: .none, growsBeyondChance: false, notes: notes)
    }
    notes.append("D has no error: time blocks are short against the first lag, and there are no replicas")
    return finish(estimator, window: firstLag...lastLag, result: nil)
  }
}

/// For notes: three decimals.
func rounded(_ x: Double) -> String {
  let scaled = (x * 1000).rounded() / 1000
  return scaled == scaled.rounded() && abs(scaled) < 1e15 ? "\(Int(scaled))" : "\(scaled)"
}
