import Mathematics
import RealModule

/// The self-diffusivity of the mobile ions from the runs of one temperature.
///
/// By the likelihood of the displacements' spectrum, averaged over what the spectrum may look like below the
/// frequencies that the runs resolve (`SpectrumShape`), with the scatter of single ions, their moving together and
/// the differences of replicas (`CommonScatter`).
/// - Returns: an estimate without a value where the runs do not determine it; its warnings say why.
/// - Throws: `AnalysisError` for no runs, runs with different frame intervals, or parameters out of range.
public func estimateDiffusivity(
  runs: [RunMobility], parameters: DiffusivityParameters = DiffusivityParameters()
) throws -> DiffusivityEstimate {
  try estimateDiffusivity(runs: runs, parameters: parameters, projection: .isotropic)
}

/// The same for a part of the tensor.
package func estimateDiffusivity(
  runs: [RunMobility], parameters: DiffusivityParameters, projection: Projection
) throws -> DiffusivityEstimate {
  try parameters.validate()
  _ = try commonInterval(of: runs)
  let longest = runs.map(\.frameCount).max() ?? 0
  let used = runs.filter { 2 * $0.frameCount >= longest }
  var estimate = estimate(used, parameters: parameters, projection: projection)
  if used.count < runs.count {
    estimate.warnings.insert(.shortRunsLeftOut(count: runs.count - used.count, runs: runs.count), at: 0)
  }
  return estimate
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

/// Replicas differ for good with this probability before the results say so.
private let surelyDifferent = 0.95
/// With two replicas, a probability above this is not told from chance.
private let possiblyDifferent = 0.15
/// D(t) falls beyond the times resolved with this probability before the results say so.
private let surelyFalling = 0.95

private func estimate(
  _ runs: [RunMobility], parameters: DiffusivityParameters, projection: Projection
) -> DiffusivityEstimate {
  let shortest = parameters.firstLag_ps ?? parameters.minimumFirstLag_ps
  let duration = runs.map(\.modes.duration_ps).max() ?? 0
  var estimate = DiffusivityEstimate(errorSource: .none, growsBeyondChance: false, warnings: [])
  // The lowest mode has a period of twice the run.
  guard parameters.firstLag_ps == nil || 2 * shortest <= duration else {
    estimate.warnings = [.fitNeedsLongerRuns(from_ps: shortest, longest_ps: duration)]
    return estimate
  }
  let pool = SpectrumPool(
    runs.map(\.modes), projection: projection, shortestLag_ps: shortest,
    longestLag_ps: parameters.lastLag_ps, takesFewModes: parameters.firstLag_ps != nil)
  let jump = unseenJump(runs, collectivity: pool.collectivity.typical, parameters: parameters)
  guard
    let result = DiffusivityLikelihood(pool, allowsMemory: parameters.firstLag_ps == nil, unseenJump: jump)
  else {
    // No ion moves at all: what is left are jumps that were not seen.
    estimate.likelihood = LogLikelihood(unseenJump_A2_per_ps: jump)
    estimate.upperBoundLength_A = jumpLength(runs, parameters: parameters)
    return estimate
  }
  estimate.set(result, bands: pool.lags_ps, parameters: parameters)
  // Shorter runs show vibrations only, unless the user says otherwise.
  if parameters.firstLag_ps == nil, duration < 2 * shortest { estimate.isDetermined = false }
  estimate.upperBoundLength_A = jumpLength(runs, parameters: parameters)
  if result.replicasDifferProbability > surelyDifferent {
    estimate.warnings.append(.replicasDiffer)
  } else if runs.count == 2, result.replicasDifferProbability > possiblyDifferent {
    estimate.warnings.append(.twoReplicasMayDiffer(probability: result.replicasDifferProbability))
  }
  if estimate.growsBeyondChance, result.memoryProbability > surelyFalling, result.isLimitedByMemory {
    estimate.warnings.append(.diffusivityStillChanges)
  }
  return estimate
}

/// The length of a jump that may have escaped the runs, Å: that of the jumps seen, or the one presumed if longer.
private func jumpLength(_ runs: [RunMobility], parameters: DiffusivityParameters) -> Double {
  let hops = runs.reduce(HopStatistics()) { $0 + $1.hops }
  let seen = hops.hops > 0 ? (hops.squaredLength_A2 / Double(hops.hops)).squareRoot() : 0
  return max(parameters.hopLength_A, seen)
}

/// What one more jump, with the ions that jump along, would add to D, Å²/ps.
private func unseenJump(
  _ runs: [RunMobility], collectivity: Double, parameters: DiffusivityParameters
) -> Double {
  let length = jumpLength(runs, parameters: parameters)
  let ionTime = runs.reduce(0) { $0 + Double($1.ionCount) * $1.duration_ps }
  return max(1, collectivity) * length * length / (6 * ionTime)
}
