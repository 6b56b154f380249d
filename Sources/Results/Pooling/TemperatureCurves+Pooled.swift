import Analysis
import RealModule

/// The curves of one temperature, thinned for drawing.
func temperatureCurves(
  temperature_K: Double, runs: [RunMobility], interval_ps: Double, window_ps: [Double]?,
  cutoff_A2: Double?, parameters: DiffusivityParameters
) -> TemperatureCurves {
  let pooled = PooledDisplacement(runs)
  // Beyond half of a run, few origins are left.
  let lags = spacedLags(upTo: pooled.msd_A2.count / 2)
  let enough = runs.count >= parameters.enoughReplicas
  let replicas = DisplacementSamples.replicas(runs)
  let blocks = DisplacementSamples.blocks(of: runs)
  let samples = enough ? [replicas] : [blocks, replicas]
  let errors: [Double?] = lags.map { lag in
    for case let samples? in samples where samples.msd_A2.allSatisfy({ lag < $0.count / 2 }) {
      return samples.mean(samples.msd_A2.map { $0[lag] }).standardError
    }
    return nil
  }
  let finals = runs.map(\.finalSquared_A2)
  let ions = Double(runs.reduce(0) { $0 + $1.ionCount })
  let mean = finals.reduce(0) { $0 + $1.reduce(0, +) } / ions
  let highest = max(2 * (cutoff_A2 ?? 0), 4 * mean, 10)
  let cutoffs = (0...100).map { highest * Double($0) / 100 }
  return TemperatureCurves(
    temperature_K: temperature_K, lag_ps: lags.map { Double($0) * interval_ps },
    msd_A2: lags.map { pooled.msd_A2[$0] }, msdError_A2: errors, fitWindow_ps: window_ps,
    activeCutoff_A2: cutoffs, activeFraction: activeFractions(finals, cutoffs_A2: cutoffs),
    activeFractionMax: activeFractions(runs.map(\.largestSquared_A2), cutoffs_A2: cutoffs))
}

/// Some 160 lags, frames, evenly spaced on a logarithmic axis.
private func spacedLags(upTo longest: Int) -> [Int] {
  var lags: [Int] = []
  for k in 0..<160 {
    let lag = Int(Double.pow(Double(max(1, longest)), Double(k) / 159).rounded())
    if lag > lags.last ?? 0 { lags.append(lag) }
  }
  return lags
}
