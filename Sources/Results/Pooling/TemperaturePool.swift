import Analysis
import Mechanism
import Statistics

/// Pools all replicas of one temperature.
/// - Parameters:
///   - runs: one for each replica that was read.
///   - volume_A3: of the cell, the mean over the runs.
/// - Throws: `AnalysisError` for no runs, runs with different frame intervals or ion counts, or parameters
///   out of range.
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
  let unit = try NernstEinstein(
    ionCount: ionCount, formalCharge_e: parameters.formalCharge_e ?? 1, volume_A3: volume_A3)
  let ions = parameters.formalCharge_e.map { _ in unit }
  let estimate = try estimateDiffusivity(runs: runs, parameters: parameters.diffusivity)

  var summary = TemperatureSummary(temperature_K: temperature_K)
  summary.replicas = runs.count
  summary.sampled_ps = runs.reduce(0) { $0 + $1.duration_ps }
  summary.mobileIons = ionCount
  summary.hops = runs.reduce(0) { $0 + $1.hops.hops }
  summary.warnings = estimate.warnings
  setDiffusivity(of: &summary, from: estimate, parameters: parameters.diffusivity)
  if let ions { setConductivity(of: &summary, ions) }
  if parameters.directions, summary.outcome == .measured {
    let found = try directions(of: runs, parameters: parameters.diffusivity) {
      ions?.conductivity_mS_per_cm(diffusivity_A2_per_ps: $0, temperature_K: temperature_K)
    }
    (summary.directions, summary.tensor) = (found.directions, found.tensor)
  }
  let cutoffs = try parameters.activeCutoff.flatMap { cutoff -> [Double]? in
    if case .conductivity = cutoff, ions == nil { return nil }
    return try runs.map { try cutoff.value_A2(duration_ps: $0.duration_ps, ions: unit) }
  }
  if let cutoffs { addActiveIons(to: &summary, runs: runs, cutoffs_A2: cutoffs, parameters: parameters) }
  let curves = temperatureCurves(
    temperature_K: temperature_K, runs: runs, interval_ps: interval_ps,
    window_ps: summary.diffused ? estimate.window_ps : nil, cutoff_A2: cutoffs?.max(),
    parameters: parameters.diffusivity)
  return PooledTemperature(
    summary: summary, curves: curves, estimate: estimate, volume_A3: volume_A3, ions: ions)
}

/// σ and its intervals from those of D.
private func setConductivity(of summary: inout TemperatureSummary, _ ions: NernstEinstein) {
  func conductivity(_ diffusivity: Double) -> Double {
    ions.conductivity_mS_per_cm(diffusivity_A2_per_ps: diffusivity, temperature_K: summary.temperature_K)
  }
  if let diffusivity = summary.diffusivity_A2_per_ps {
    summary.conductivity_mS_per_cm = conductivity(diffusivity)
    summary.conductivityError = summary.diffusivityError.map(conductivity)
    let factor = conductivity(1) / TemperatureSummary.cm2PerSecond
    summary.conductivityInterval68 = summary.diffusivityInterval68_cm2_per_s?.map { factor * $0 }
    summary.conductivityInterval95 = summary.diffusivityInterval95_cm2_per_s?.map { factor * $0 }
  }
  summary.conductivityUpperBound_mS_per_cm = summary.upperBound_A2_per_ps.map(conductivity)
}

/// A diffusivity where the runs determine it; otherwise an upper bound: ions that rattle in cages, or jump back and
/// forth between two sites, do not diffuse.
private func setDiffusivity(
  of summary: inout TemperatureSummary, from estimate: DiffusivityEstimate,
  parameters: DiffusivityParameters
) {
  let level = parameters.boundLevel
  if estimate.isDetermined {
    summary.outcome = .measured
    summary.diffusivity_A2_per_ps = estimate.value_A2_per_ps
    summary.diffusivityError = estimate.standardError_A2_per_ps
    summary.diffusivityDegreesOfFreedom = estimate.degreesOfFreedom
    func interval(_ level: Double) -> [Double]? {
      estimate.interval(level: level).map {
        [$0.lowerBound * TemperatureSummary.cm2PerSecond, $0.upperBound * TemperatureSummary.cm2PerSecond]
      }
    }
    summary.diffusivityInterval68_cm2_per_s = interval(0.68)
    summary.diffusivityInterval95_cm2_per_s = interval(0.95)
    return
  }
  guard let bound = estimate.upperBound(level: level) else {
    summary.outcome = .tooShortToTell
    return
  }
  summary.outcome = estimate.growsBeyondChance ? .tooShortToTell : .didNotDiffuse
  summary.upperBound_A2_per_ps = bound
  summary.warnings.append(
    .upperBoundOnly(
      hops: summary.hops, level: level, length_A: estimate.upperBoundLength_A ?? parameters.hopLength_A))
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
  summary.activeFractionErrorSource = active.errorSource
  if active.errorSource == .replicas {
    func interval(_ level: Double) -> [Double]? {
      IntervalScale.share.interval(
        value: active.fraction, error: active.standardError, degreesOfFreedom: Double(runs.count - 1),
        level: level)
    }
    summary.activeFractionInterval68 = interval(0.68)
    summary.activeFractionInterval95 = interval(0.95)
  }
  if active.errorSource == .binomial { summary.warnings.append(.binomialError) }
  let durations = runs.map(\.duration_ps)
  // Runs of the same planned length differ by one record at most.
  if case .squaredDisplacement = parameters.activeCutoff, let low = durations.min(),
    let high = durations.max(), high > 1.01 * low
  {
    summary.warnings.append(.unequalRunLengths(shortest_ps: low, longest_ps: high))
  }
}
