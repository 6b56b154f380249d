import Analysis
import Mechanism
import RealModule

/// The activation energy of rotation of each kind of anion, from ln τ₂ against 1/T: the slope that NMR and QENS
/// measure.
/// - Parameter temperatures: of one set.
/// - Returns: one value for each kind of anion; nil where fewer than two temperatures have a correlation time.
/// - Throws: `AnalysisError` for a correlation time that is not finite.
package func rotationBarriers(_ temperatures: [TemperatureSummary]) throws -> [ObservableValue] {
  let name = "correlation-time-2"
  let kinds = Set(temperatures.flatMap(\.observables).filter { $0.name == name }.map(\.series)).sorted()
  return try kinds.map { kind in
    // The fit of D applies to any rate that follows Arrhenius, such as 1/τ.
    let points = temperatures.compactMap { t -> ArrheniusPoint? in
      guard let time = t.observables.first(where: { $0.name == name && $0.series == kind }),
        let tau = time.value, tau > 0
      else { return nil }
      return ArrheniusPoint(
        temperature_K: t.temperature_K, diffusivity_A2_per_ps: 1 / tau,
        standardError_A2_per_ps: time.error.map { $0 / (tau * tau) },
        degreesOfFreedom: time.error.map { _ in ObservablePool.blockDegreesOfFreedom })
    }
    let fit = try ArrheniusFit(points)
    return ObservableValue(
      name: "rotation-activation-energy", series: kind, value: fit?.activationEnergy_eV,
      error: fit?.activationEnergyError_eV, unit: "eV",
      warning: fit == nil ? .tooFewCorrelationTimes(found: points.count) : nil)
  }
}
