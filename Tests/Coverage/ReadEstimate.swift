import Analysis
import Mechanism
import Results

/// The only place that knows where results and their intervals stand in the summaries of a study.

func diffusivityFinding(_ pooled: PooledTemperature, truth: Double) -> Finding {
  var finding = Finding(quantity: .diffusivity, truth: truth)
  if let bound = pooled.summary.upperBound_A2_per_ps {
    finding.bound = bound
    return finding
  }
  finding.value = pooled.summary.diffusivity_A2_per_ps
  finding.setIntervals { pooled.estimate.interval(level: $0) }
  return finding
}

func activationEnergyFinding(_ summary: SetSummary, truth: Double) -> Finding {
  var finding = Finding(quantity: .activationEnergy, truth: truth)
  finding.value = summary.activationEnergy_eV
  finding.setIntervals { level in
    let ends = level == 0.68 ? summary.activationEnergyInterval68_eV : summary.activationEnergyInterval95_eV
    guard let ends, ends[0] <= ends[1] else { return nil }
    return ends[0]...ends[1]
  }
  return finding
}

/// - Parameter truth: mS/cm.
func conductivityFinding(_ summary: SetSummary, at temperature_K: Double, truth: Double) -> Finding {
  var finding = Finding(quantity: .conductivity, truth: truth)
  guard let found = summary.extrapolated.first(where: { $0.temperature_K == temperature_K }) else {
    return finding
  }
  finding.value = found.conductivity_mS_per_cm
  finding.setIntervals { level in
    let ends = level == 0.68 ? found.interval68 : found.interval95
    return ends[0] <= ends[1] ? ends[0]...ends[1] : nil
  }
  return finding
}

/// - Parameter value: nil where the results have none of this name.
func observableFinding(_ value: ObservableValue?, name: String, truth: Double) -> Finding {
  var finding = Finding(quantity: .observable(name), truth: truth)
  finding.value = value?.value
  finding.setIntervals { level in
    let ends = level == 0.68 ? value?.interval68 : value?.interval95
    return ends.flatMap { $0.count == 2 && $0[0] <= $0[1] ? $0[0]...$0[1] : nil }
  }
  return finding
}
