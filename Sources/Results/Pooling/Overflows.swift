import Analysis
import Mechanism

// Results that no number holds are left out, with a warning; the others stand.

extension SetSummary {
  /// Leaves out what overflows.
  mutating func leaveOutOverflows() {
    func isNumber(_ value: Double) -> Bool { value.isFinite && value > 0 }
    if let prefactor = prefactor_A2_per_ps, !isNumber(prefactor) {
      prefactor_A2_per_ps = nil
      warnings.append(.overflow(of: .prefactor, temperature_K: nil))
    }
    if let energy = activationEnergy_eV, !energy.isFinite {
      activationEnergy_eV = nil
      warnings.append(.overflow(of: .activationEnergy, temperature_K: nil))
    }
    if activationEnergy_eV == nil || !(activationEnergyError_eV?.isFinite ?? true) {
      activationEnergyError_eV = nil
      (activationEnergyInterval68_eV, activationEnergyInterval95_eV) = (nil, nil)
    }
    if let entries = arrheniusCovariance?.flatMap(\.self), !entries.allSatisfy(\.isFinite) {
      arrheniusCovariance = nil
    }
    // A conductivity of 0 is one that is too small. A lower end of 0 is not: the motion may freeze in above this temperature.
    let sound = extrapolated.filter {
      isNumber($0.conductivity_mS_per_cm)
        && [$0.interval68, $0.interval95].allSatisfy { $0[0] >= 0 && $0[0].isFinite && isNumber($0[1]) }
    }
    for lost in extrapolated where !sound.contains(lost) {
      warnings.append(.overflow(of: .conductivity, temperature_K: lost.temperature_K))
    }
    extrapolated = sound
  }
}

extension SetSummary {
  /// Temperatures at which a conductivity is left out.
  var overflowedTemperatures_K: [Double] {
    warnings.compactMap {
      if case .overflow(of: .conductivity, let temperature_K) = $0 { temperature_K } else { nil }
    }
  }
}

extension ObservableValue {
  /// Without a value or an error that overflows.
  var leavingOutOverflows: ObservableValue {
    let ends = (interval68 ?? []) + (interval95 ?? [])
    guard ([value, error].compactMap(\.self) + ends).contains(where: { !$0.isFinite }) else { return self }
    let value = value.flatMap { $0.isFinite ? $0 : nil }
    return ObservableValue(
      name: name, series: series, value: value, error: nil, unit: unit,
      warning: .overflow(of: value == nil ? .observable : .error, temperature_K: nil))
  }
}

extension ObservableCurve {
  /// Without points that overflow.
  var leavingOutOverflows: ObservableCurve {
    func finite(_ values: [Double?]) -> [Double?] { values.map { $0?.isFinite ?? true ? $0 : nil } }
    return ObservableCurve(observable: observable, series: series, x: x, y: finite(y), error: finite(error))
  }
}

extension PooledTemperature {
  /// Without observables that overflow.
  var leavingOutOverflows: PooledTemperature {
    var pooled = self
    pooled.summary.observables = summary.observables.map(\.leavingOutOverflows)
    pooled.curves.observables = curves.observables.map(\.leavingOutOverflows)
    return pooled
  }
}

extension FitPoint {
  /// Whether it can be drawn, on an axis of logarithms.
  var isNumber: Bool { ([diffusivity_A2_per_ps] + band68 + band95).allSatisfy { $0.isFinite && $0 > 0 } }
}
