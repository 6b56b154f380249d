import Analysis
import RealModule
import Support

/// Puts the temperatures of one set together: Arrhenius fit, extrapolated conductivities, curves.
/// - Parameter point: value of each axis other than temperature and replica.
/// - Parameter extrapolateTo_K: temperatures to give a conductivity at.
/// - Throws: `AnalysisError.outOfRange` for such a temperature that is not above zero.
package func summariseSet(
  point: [String: String], temperatures: [PooledTemperature], extrapolateTo_K: [Double]
) throws -> (SetSummary, SetCurves) {
  for temperature in extrapolateTo_K where !(temperature > 0 && temperature.isFinite) {
    throw AnalysisError.outOfRange(
      what: "temperature to extrapolate to, K", found: temperature, wanted: "above 0")
  }
  let temperatures = temperatures.sorted { $0.summary.temperature_K < $1.summary.temperature_K }
  var summary = SetSummary(point: point, temperatures: temperatures.map(\.summary))
  var curves = SetCurves(temperatures: temperatures.map(\.curves), fit: [])

  let diffusing = temperatures.filter { $0.summary.diffusivity_A2_per_ps != nil }
  let excluded = temperatures.filter { $0.summary.diffusivity_A2_per_ps == nil }
  if !excluded.isEmpty {
    let names = excluded.map { "\(threeDecimals($0.summary.temperature_K)) K" }.joined(separator: ", ")
    summary.notes.append("without a diffusivity, and so not in the Arrhenius fit: \(names)")
  }
  let fit = try ArrheniusFit(
    diffusing.map {
      ArrheniusPoint(
        temperature_K: $0.summary.temperature_K,
        diffusivity_A2_per_ps: $0.summary.diffusivity_A2_per_ps ?? 0,
        standardError_A2_per_ps: $0.summary.diffusivityError,
        degreesOfFreedom: $0.estimate.degreesOfFreedom,
        ionError_A2_per_ps: $0.estimate.ionError_A2_per_ps)
    })
  guard let fit else {
    summary.notes.append(
      "no activation energy: \(diffusing.count) temperature\(diffusing.count == 1 ? "" : "s") with a "
        + "diffusivity, two are needed")
    return (summary, curves)
  }
  summary.activationEnergy_eV = fit.activationEnergy_eV
  summary.activationEnergyError_eV = fit.activationEnergyError_eV
  summary.prefactor_A2_per_ps = fit.prefactor_A2_per_ps
  summary.arrheniusCovariance = fit.covariance
  summary.degreesOfFreedom = fit.degreesOfFreedom
  let bare = diffusing.filter { $0.summary.diffusivityError == nil }
  if !bare.isEmpty, bare.count < diffusing.count {
    let names = bare.map { "\(threeDecimals($0.summary.temperature_K)) K" }.joined(separator: ", ")
    summary.notes.append("without an error of their own, taken to have that of the others: \(names)")
  }
  addNotes(on: fit, to: &summary)
  for temperature in extrapolateTo_K {
    guard let extrapolation = extrapolate(fit, to: temperature, temperatures: temperatures) else {
      summary.notes.append("no interval for \(threeDecimals(temperature)) K, as no error is known")
      continue
    }
    summary.extrapolated.append(extrapolation)
  }
  curves.fit = fitCurve(fit, reaching: extrapolateTo_K)
  return (summary, curves)
}

private func addNotes(on fit: ArrheniusFit, to summary: inout SetSummary) {
  if fit.covariance == nil {
    summary.notes.append("no error of the activation energy: two temperatures without errors")
  }
  if let chance = fit.lineProbability, chance < 0.01 {
    summary.notes.append(
      "the temperatures do not lie on one Arrhenius line: a scatter like theirs has a chance of "
        + "\(threeDecimals(100 * chance)) % within their errors")
  }
}

private func extrapolate(
  _ fit: ArrheniusFit, to temperature_K: Double, temperatures: [PooledTemperature]
) -> Extrapolation? {
  guard let ions = temperatures.first?.ions,
    let band68 = fit.interval(at: temperature_K, level: 0.68),
    let band95 = fit.interval(at: temperature_K, level: 0.95)
  else { return nil }
  var there = ions
  there.volume_A3 = volume_A3(at: temperature_K, temperatures: temperatures)
  func conductivity(_ diffusivity: Double) -> Double {
    there.conductivity_mS_per_cm(diffusivity_A2_per_ps: diffusivity, temperature_K: temperature_K)
  }
  return Extrapolation(
    temperature_K: temperature_K,
    conductivity_mS_per_cm: conductivity(fit.diffusivity_A2_per_ps(at: temperature_K)),
    interval68: [conductivity(band68.lowerBound), conductivity(band68.upperBound)],
    interval95: [conductivity(band95.lowerBound), conductivity(band95.upperBound)],
    isExtrapolation: fit.isExtrapolation(at: temperature_K))
}

/// The cell's volume at a temperature, by a straight line of its logarithm through those sampled.
private func volume_A3(at temperature_K: Double, temperatures: [PooledTemperature]) -> Double {
  let x = temperatures.map(\.summary.temperature_K)
  let y = temperatures.map { Double.log($0.ions.volume_A3) }
  let count = Double(x.count)
  let meanY = y.reduce(0, +) / count
  guard let slope = try? ordinaryLeastSquaresSlope(x: x, y: y) else { return Double.exp(meanY) }
  return Double.exp(meanY + slope * (temperature_K - x.reduce(0, +) / count))
}

/// The line and its bands, evenly over 1/T.
private func fitCurve(_ fit: ArrheniusFit, reaching temperatures_K: [Double]) -> [FitPoint] {
  let low = min(fit.temperatureRange_K.lowerBound, temperatures_K.min() ?? .infinity)
  let high = max(fit.temperatureRange_K.upperBound, temperatures_K.max() ?? 0)
  let count = 60
  let even = (0...count).map { 1 / (1 / high + (1 / low - 1 / high) * Double($0) / Double(count)) }
  // The ends of the sampled range are points too, so that the solid part of the line reaches them.
  let ends = [fit.temperatureRange_K.lowerBound, fit.temperatureRange_K.upperBound]
  let inner = even.dropFirst().dropLast() + ends + [low, high]
  return Set(inner).sorted().compactMap { temperature in
    guard let band68 = fit.interval(at: temperature, level: 0.68),
      let band95 = fit.interval(at: temperature, level: 0.95)
    else { return nil }
    return FitPoint(
      temperature_K: temperature, diffusivity_A2_per_ps: fit.diffusivity_A2_per_ps(at: temperature),
      band68: [band68.lowerBound, band68.upperBound], band95: [band95.lowerBound, band95.upperBound],
      isExtrapolation: fit.isExtrapolation(at: temperature))
  }
}
