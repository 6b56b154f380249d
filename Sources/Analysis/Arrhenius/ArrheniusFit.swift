import Mathematics
import RealModule
import Units

/// ln D = ln D₀ − Ea / (k_B T), by likelihood.
///
/// Every temperature enters with its likelihood of ln D, also one where hardly an ion hopped. The line's parameters, how
/// much D scatters about it beyond its own errors, and whether a transition or a Vogel–Tammann–Fulcher curve is more
/// likely than a line follow from their posterior (`ArrheniusModels`); so do the intervals of Ea, which is that of the
/// line, and of D at any temperature, which allows for the other curves. Where no temperature has an error, the
/// scatter about the line gives it, with two degrees of freedom fewer than points.
public struct ArrheniusFit: Sendable {
  /// eV, of the line.
  public private(set) var activationEnergy_eV: Double
  /// ln of D₀ in Å²/ps.
  public private(set) var logPrefactor: Double
  /// [[var Ea, cov], [cov, var ln D₀]], Ea in eV; nil where the error is not determined.
  public private(set) var covariance: [[Double]]?
  /// Of Student's t with the intervals of Ea, with the standard error `activationEnergyError_eV`; nil with the
  /// covariance.
  public private(set) var degreesOfFreedom: Double?
  /// Standard error of Ea, eV.
  public private(set) var activationEnergyError_eV: Double?
  /// Lowest and highest temperature of the fit, K.
  public let temperatureRange_K: ClosedRange<Double>
  /// How much ln D scatters about the line beyond its own errors; nil where that is not known.
  public private(set) var scatter: Double?
  /// The posterior probability of each shape of the temperature dependence; empty for fewer than five temperatures.
  public private(set) var modelProbabilities: [ArrheniusModel: Double] = [:]
  /// The most likely temperature of a transition, K, or T₀ of a Vogel–Tammann–Fulcher curve.
  public private(set) var modelTemperatures_K: [ArrheniusModel: Double] = [:]
  private var nodes: [ArrheniusModels.Node] = []

  /// D₀, Å²/ps.
  public var prefactor_A2_per_ps: Double { Double.exp(logPrefactor) }

  /// - Returns: nil for fewer than two temperatures with a diffusivity.
  /// - Throws: `AnalysisError.outOfRange` for a temperature or a diffusivity that is not above zero.
  public init?(_ points: [ArrheniusPoint]) throws {
    for point in points {
      for (what, value) in [
        ("temperature, K", point.temperature_K), ("diffusivity, Å²/ps", point.diffusivity_A2_per_ps ?? 1),
      ] where !(value > 0 && value.isFinite) {
        throw AnalysisError.outOfRange(what: what, found: value, wanted: "above 0")
      }
    }
    let points = points.filter { $0.diffusivity_A2_per_ps != nil || $0.likelihood != nil }
      .sorted { $0.temperature_K < $1.temperature_K }
    let known = points.filter { $0.diffusivity_A2_per_ps != nil }
    guard Set(known.map(\.temperature_K)).count >= 2 else { return nil }
    temperatureRange_K = points[0].temperature_K...points[points.count - 1].temperature_K
    // ln D is linear in −1/(k_B T), 1/eV; its slope is Ea.
    let line = WeightedLine(
      x: known.map { -1 / (Constants.boltzmann * $0.temperature_K) },
      y: known.map { Double.log($0.diffusivity_A2_per_ps ?? 1) }, weights: known.map { _ in 1 })
    activationEnergy_eV = line.slope
    logPrefactor = line.intercept
    let likelihoods = Self.likelihoods(points)
    guard !likelihoods.isEmpty else {
      setByScatter(line, count: known.count)
      return
    }
    if let models = ArrheniusModels(likelihoods) { set(models, count: points.count) }
  }

  /// Of all temperatures; one without an error has that of the others. Empty where none has one.
  private static func likelihoods(_ points: [ArrheniusPoint]) -> [(Double, LogLikelihood)] {
    let errors = points.compactMap { point -> Double? in
      guard let value = point.diffusivity_A2_per_ps, let error = point.standardError_A2_per_ps, error > 0
      else { return nil }
      return error / value
    }
    guard !errors.isEmpty || points.contains(where: { $0.likelihood != nil }) else { return [] }
    let typical =
      errors.isEmpty ? 1 : (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    return points.compactMap { point in
      if let likelihood = point.likelihood { return (point.temperature_K, likelihood) }
      guard let value = point.diffusivity_A2_per_ps else { return nil }
      let own = point.standardError_A2_per_ps.map { $0 / value }.flatMap { $0 > 0 ? $0 : nil }
      return (
        point.temperature_K,
        LogLikelihood(
          value: value, relativeError: own ?? typical,
          degreesOfFreedom: own == nil ? 4 : point.degreesOfFreedom ?? 1000)
      )
    }
  }

  /// Without any error: from the residuals.
  private mutating func setByScatter(_ line: WeightedLine, count: Int) {
    guard count > 2 else { return }
    let variance = line.residuals.reduce(0) { $0 + $1 * $1 } / Double(count - 2)
    covariance = line.covariance(variances: [Double](repeating: variance, count: count))
    activationEnergyError_eV = covariance.map { $0[0][0].squareRoot() }
    degreesOfFreedom = Double(count - 2)
    scatter = variance.squareRoot()
  }

  private mutating func set(_ models: ArrheniusModels, count: Int) {
    nodes = models.nodes
    if models.probabilities.count > 1 { modelProbabilities = models.probabilities }
    for model in ArrheniusModel.allCases where model != .line {
      let own = nodes.filter { $0.model == model }
      let byTemperature = Dictionary(grouping: own, by: \.temperature_K)
        .mapValues { $0.reduce(0) { $0 + $1.weight } }
      modelTemperatures_K[model] = byTemperature.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }
    let lines = nodes.filter { $0.model == .line }
    let total = lines.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return }
    let energy = lines.reduce(0) { $0 + $1.weight * $1.energy_eV } / total
    let prefactor = lines.reduce(0) { $0 + $1.weight * $1.logPrefactor } / total
    func mean(_ product: (ArrheniusModels.Node) -> Double) -> Double {
      lines.reduce(0) { $0 + $1.weight * product($1) } / total
    }
    let mixed = mean { ($0.energy_eV - energy) * ($0.logPrefactor - prefactor) }
    activationEnergy_eV = energy
    logPrefactor = prefactor
    covariance = [
      [mean { ($0.energy_eV - energy) * ($0.energy_eV - energy) }, mixed],
      [mixed, mean { ($0.logPrefactor - prefactor) * ($0.logPrefactor - prefactor) }],
    ]
    scatter = count > 2 ? models.scatter : nil
    guard let narrow = activationEnergyInterval_eV(level: 0.68),
      let wide = activationEnergyInterval_eV(level: 0.95)
    else { return }
    let student = equivalentStudent(
      half68: (narrow.upperBound - narrow.lowerBound) / 2, half95: (wide.upperBound - wide.lowerBound) / 2)
    activationEnergyError_eV = student.standardError
    degreesOfFreedom = student.degreesOfFreedom
  }

  /// Another curve with this probability is told.
  private static let surelyCurved = 0.9

  /// The warning that another curve than a line is much more likely; nil where it is not.
  public var curvature: Warning? {
    for model in ArrheniusModel.allCases where model != .line {
      guard let probability = modelProbabilities[model], probability > Self.surelyCurved else { continue }
      return .curved(model: model, probability: probability, temperature_K: modelTemperatures_K[model])
    }
    return nil
  }

  /// The central interval of Ea, eV; nil where no error is known.
  public func activationEnergyInterval_eV(level: Double) -> ClosedRange<Double>? {
    let lines = nodes.filter { $0.model == .line }
    if lines.isEmpty {
      guard let error = activationEnergyError_eV, let degreesOfFreedom else { return nil }
      let half = StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level) * error
      return (activationEnergy_eV - half)...(activationEnergy_eV + half)
    }
    return Self.interval(lines.map { ($0.energy_eV, $0.weight) }, level: level)
  }

  private static func interval(_ values: [(value: Double, weight: Double)], level: Double) -> ClosedRange<
    Double
  > {
    let low = weightedQuantile(values, (1 - level) / 2)
    return low...max(low, weightedQuantile(values, (1 + level) / 2))
  }

  /// D at a temperature, Å²/ps: the median over all curves, or that of the line where no error is known.
  public func diffusivity_A2_per_ps(at temperature_K: Double) -> Double {
    guard !nodes.isEmpty else {
      return Double.exp(logPrefactor - activationEnergy_eV / (Constants.boltzmann * temperature_K))
    }
    return Double.exp(weightedQuantile(values(at: temperature_K), 0.5))
  }

  private func values(at temperature_K: Double) -> [(value: Double, weight: Double)] {
    nodes.map { ($0.logDiffusivity(at: temperature_K), $0.weight) }
  }

  /// Interval of D at a temperature, Å²/ps, with the covariance of Ea and ln D₀ and the doubt about the curve.
  public func interval(at temperature_K: Double, level: Double) -> ClosedRange<Double>? {
    guard nodes.isEmpty else {
      let range = Self.interval(values(at: temperature_K), level: level)
      return Double.exp(range.lowerBound)...Double.exp(range.upperBound)
    }
    guard let covariance, let degreesOfFreedom else { return nil }
    let x = -1 / (Constants.boltzmann * temperature_K)
    let variance = covariance[1][1] + 2 * x * covariance[0][1] + x * x * covariance[0][0]
    let half =
      StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level) * max(0, variance).squareRoot()
    let value = diffusivity_A2_per_ps(at: temperature_K)
    return (value / Double.exp(half))...(value * Double.exp(half))
  }

  /// Whether the temperature lies outside the fitted range.
  public func isExtrapolation(at temperature_K: Double) -> Bool {
    !temperatureRange_K.contains(temperature_K)
  }
}

/// The value below which a share p of the weight lies, interpolated.
private func weightedQuantile(_ values: [(value: Double, weight: Double)], _ p: Double) -> Double {
  let sorted = values.sorted { $0.value < $1.value }
  let total = sorted.reduce(0) { $0 + $1.weight }
  var sum = 0.0
  var before: (position: Double, value: Double)?
  for item in sorted where item.weight > 0 {
    let position = (sum + item.weight / 2) / total
    if position >= p {
      guard let before else { return item.value }
      return before.value + (p - before.position) / (position - before.position) * (item.value - before.value)
    }
    before = (position, item.value)
    sum += item.weight
  }
  return sorted.last?.value ?? .nan
}
