import Analysis
import RealModule

/// The results of one set from those of its temperatures: Arrhenius fit, extrapolated conductivities, curves.
/// - Parameters:
///   - point: value of each axis other than temperature and replica.
///   - extrapolateTo_K: temperatures to give a conductivity at.
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

  let known = temperatures.filter { $0.summary.diffusivity_A2_per_ps != nil }
  let bounds = temperatures.filter {
    $0.summary.diffusivity_A2_per_ps == nil && $0.estimate.likelihood != nil
  }
  let excluded = temperatures.filter {
    $0.summary.diffusivity_A2_per_ps == nil && $0.estimate.likelihood == nil
  }
  if !excluded.isEmpty {
    summary.warnings.append(
      .temperaturesWithoutDiffusivity(temperatures_K: excluded.map(\.summary.temperature_K)))
  }
  let fit = try ArrheniusFit(
    (known + bounds).map {
      ArrheniusPoint(
        temperature_K: $0.summary.temperature_K, diffusivity_A2_per_ps: $0.summary.diffusivity_A2_per_ps,
        standardError_A2_per_ps: $0.summary.diffusivityError,
        degreesOfFreedom: $0.estimate.degreesOfFreedom, likelihood: $0.estimate.likelihood)
    })
  guard let fit else {
    summary.outcome = .tooFewTemperatures
    summary.warnings.append(.tooFewTemperatures(found: known.count))
    return (summary, curves)
  }
  if !bounds.isEmpty {
    summary.warnings.append(.temperaturesAsBounds(temperatures_K: bounds.map(\.summary.temperature_K)))
  }
  summary.set(fit)
  let bare = known.filter { $0.summary.diffusivityError == nil }
  if !bare.isEmpty, bare.count < known.count {
    summary.warnings.append(
      .temperaturesWithoutError(temperatures_K: bare.map(\.summary.temperature_K)))
  }
  addWarnings(about: fit, to: &summary)
  // Without a charge there is no conductivity, which the set says.
  for temperature in temperatures.first?.ions == nil ? [] : extrapolateTo_K {
    guard let extrapolation = try extrapolate(fit, to: temperature, temperatures: temperatures) else {
      summary.warnings.append(.noExtrapolationInterval(temperature_K: temperature))
      continue
    }
    summary.extrapolated.append(extrapolation)
  }
  summary.leaveOutOverflows()
  // A point that no axis holds would leave the line no others: they are even in 1/T.
  let lost = summary.overflowedTemperatures_K
  curves.fit = fitCurve(fit, reaching: extrapolateTo_K.filter { !lost.contains($0) })
  return (summary, curves)
}

extension SetSummary {
  fileprivate mutating func set(_ fit: ArrheniusFit) {
    activationEnergy_eV = fit.activationEnergy_eV
    activationEnergyError_eV = fit.activationEnergyError_eV
    activationEnergyInterval68_eV = fit.activationEnergyInterval_eV(level: 0.68).map {
      [$0.lowerBound, $0.upperBound]
    }
    activationEnergyInterval95_eV = fit.activationEnergyInterval_eV(level: 0.95).map {
      [$0.lowerBound, $0.upperBound]
    }
    prefactor_A2_per_ps = fit.prefactor_A2_per_ps
    arrheniusCovariance = fit.covariance
    degreesOfFreedom = fit.degreesOfFreedom
    scatter = fit.scatter
    let found = ArrheniusModel.allCases.compactMap { model in
      fit.modelProbabilities[model].map {
        ModelProbability(model: model, probability: $0, temperature_K: fit.modelTemperatures_K[model])
      }
    }
    models = found.isEmpty ? nil : found
    outcome = fit.covariance == nil ? .fittedWithoutError : .fitted
  }
}

private func addWarnings(about fit: ArrheniusFit, to summary: inout SetSummary) {
  if fit.covariance == nil { summary.warnings.append(.noActivationEnergyError) }
  if let curved = fit.curvature { summary.warnings.append(curved) }
}

private func extrapolate(
  _ fit: ArrheniusFit, to temperature_K: Double, temperatures: [PooledTemperature]
) throws -> Extrapolation? {
  guard let ions = temperatures.first?.ions,
    let band68 = fit.interval(at: temperature_K, level: 0.68),
    let band95 = fit.interval(at: temperature_K, level: 0.95)
  else { return nil }
  var there = ions
  there.volume_A3 = try volume_A3(at: temperature_K, temperatures: temperatures)
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

/// The cell's volume at a temperature, by a linear fit of its logarithm to the sampled temperatures.
private func volume_A3(at temperature_K: Double, temperatures: [PooledTemperature]) throws -> Double {
  let x = temperatures.map(\.summary.temperature_K)
  let y = temperatures.map { Double.log($0.volume_A3) }
  let count = Double(x.count)
  let meanY = y.reduce(0, +) / count
  guard Set(x).count >= 2 else { return Double.exp(meanY) }
  let slope = try ordinaryLeastSquaresSlope(x: x, y: y)
  return Double.exp(meanY + slope * (temperature_K - x.reduce(0, +) / count))
}

/// The line and its bands, evenly spaced in 1/T.
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
    let point = FitPoint(
      temperature_K: temperature, diffusivity_A2_per_ps: fit.diffusivity_A2_per_ps(at: temperature),
      band68: [band68.lowerBound, band68.upperBound], band95: [band95.lowerBound, band95.upperBound],
      isExtrapolation: fit.isExtrapolation(at: temperature))
    return point.isNumber ? point : nil
  }
}
