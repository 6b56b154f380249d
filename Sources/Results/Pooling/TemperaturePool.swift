import Analysis
import Mathematics
import Support

/// Pools all replicas of one temperature.
/// - Parameter runs: one for each replica that was read.
/// - Parameter volume_A3: of the cell, the mean over the runs.
/// - Throws: `AnalysisError` for no runs, runs of unlike frame intervals or ion counts, or parameters out
///   of range.
package func poolTemperature(
  temperature_K: Double, runs: [RunMobility], volume_A3: Double, parameters: PoolingParameters
) throws -> PooledTemperature {
  guard temperature_K > 0, temperature_K.isFinite else {
    throw AnalysisError.outOfRange(what: "temperature, K", found: temperature_K, wanted: "above 0")
  }
  let interval_ps = try commonInterval(of: runs)
  let ionCount = runs[0].ionCount
  for run in runs where run.ionCount != ionCount {
    throw AnalysisError.mismatch(
      what: "mobile ions", first: Double(ionCount), second: Double(run.ionCount))
  }
  let ions = try NernstEinstein(
    ionCount: ionCount, formalCharge_e: parameters.formalCharge_e, volume_A3: volume_A3)
  let estimate = try estimateDiffusivity(runs: runs, parameters: parameters.diffusivity)

  var summary = TemperatureSummary(temperature_K: temperature_K)
  summary.replicas = runs.count
  summary.sampled_ps = runs.reduce(0) { $0 + $1.duration_ps }
  summary.mobileIons = ionCount
  summary.hops = runs.reduce(0) { $0 + $1.hops.hops }
  summary.notes = estimate.notes
  judge(&summary, by: estimate, parameters: parameters.diffusivity)
  if let diffusivity = summary.diffusivity_A2_per_ps {
    summary.conductivity_mS_per_cm = ions.conductivity_mS_per_cm(
      diffusivity_A2_per_ps: diffusivity, temperature_K: temperature_K)
    summary.conductivityError = summary.diffusivityError.map {
      ions.conductivity_mS_per_cm(diffusivity_A2_per_ps: $0, temperature_K: temperature_K)
    }
  }
  summary.conductivityUpperBound_mS_per_cm = summary.upperBound_A2_per_ps.map {
    ions.conductivity_mS_per_cm(diffusivity_A2_per_ps: $0, temperature_K: temperature_K)
  }
  let cutoffs = try parameters.activeCutoff.map { cutoff in
    try runs.map { try cutoff.value_A2(duration_ps: $0.duration_ps, ions: ions) }
  }
  if let cutoffs { addActiveIons(to: &summary, runs: runs, cutoffs_A2: cutoffs, parameters: parameters) }
  let curves = temperatureCurves(
    temperature_K: temperature_K, runs: runs, interval_ps: interval_ps,
    window_ps: summary.diffused ? estimate.window_ps : nil, cutoff_A2: cutoffs?.max(),
    parameters: parameters.diffusivity)
  return PooledTemperature(summary: summary, curves: curves, estimate: estimate, ions: ions)
}

/// A diffusivity where enough hops were seen and the mean squared displacement grows beyond chance; an
/// upper bound elsewhere: ions that rattle in cages, or jump to and fro between two sites, do not diffuse.
private func judge(
  _ summary: inout TemperatureSummary, by estimate: DiffusivityEstimate,
  parameters: DiffusivityParameters
) {
  let level = parameters.boundLevel
  let enoughHops = summary.hops >= parameters.minimumHops
  if enoughHops, estimate.growsBeyondChance {
    summary.diffused = true
    summary.diffusivity_A2_per_ps = estimate.value_A2_per_ps
    summary.diffusivityError = estimate.standardError_A2_per_ps
    summary.diffusivityDegreesOfFreedom = estimate.degreesOfFreedom
    return
  }
  let percent = threeDecimals(100 * level)
  let ionTime = Double(summary.mobileIons) * summary.sampled_ps
  let length = parameters.hopLength_A
  let rate = poissonUpperBound(count: summary.hops, level: level) / ionTime
  let byHops = rate * length * length / 6
  if !enoughHops {
    summary.upperBound_A2_per_ps = byHops
    summary.notes.append(
      "did not diffuse: \(summary.hops) hops, fewer than \(parameters.minimumHops); the upper bound is "
        + "the \(percent) % Poisson bound of the hop rate times (\(threeDecimals(length)) Å)²/6")
  } else if let bound = estimate.upperBound(level: level) {
    summary.upperBound_A2_per_ps = bound
    summary.notes.append(
      "did not diffuse: \(summary.hops) hops, but the mean squared displacement does not grow beyond "
        + "chance; the upper bound is at \(percent) % by the spread of \(estimate.errorSource.rawValue)")
  } else {
    summary.upperBound_A2_per_ps = byHops
    summary.notes.append(
      "no diffusivity; the upper bound is the \(percent) % Poisson bound of the hop rate times "
        + "(\(threeDecimals(length)) Å)²/6")
  }
}

private func addActiveIons(
  to summary: inout TemperatureSummary, runs: [RunMobility], cutoffs_A2: [Double],
  parameters: PoolingParameters
) {
  let active = ActiveIons(runs: runs, cutoffs_A2: cutoffs_A2)
  summary.activeFraction = active.fraction
  summary.activeFractionMax = active.fractionMax
  summary.activeFractionError = active.standardError
  summary.activeFractionHomogeneous = active.homogeneous
  if !active.isFromReplicas {
    summary.notes.append(
      "the error of the active fraction is binomial: too small if ions move together (three replicas "
        + "would tell)")
  }
  let durations = runs.map(\.duration_ps)
  if case .squaredDisplacement = parameters.activeCutoff, let low = durations.min(),
    let high = durations.max(), high > 1.01 * low
  {
    summary.notes.append(
      "one active cut-off for runs of \(threeDecimals(low)) to \(threeDecimals(high)) ps: longer runs reach it more"
    )
  }
}
