import Analysis
import Support

/// D and σ along one direction or in one plane, by the same likelihood as D of all directions.
package struct DirectionalDiffusivity: Codable, Sendable, Equatable {
  /// `x`, `y`, `z` of the simulation's frame, or a plane: `xy`, `xz`, `yz`.
  package var direction: String
  @Nullable package var diffusivity_cm2_per_s: Double?
  /// [low, high].
  @Nullable package var diffusivityInterval68_cm2_per_s: [Double]?
  @Nullable package var diffusivityInterval95_cm2_per_s: [Double]?
  /// 95 %, where there is no diffusivity.
  @Nullable package var upperBound_cm2_per_s: Double?
  @Nullable package var conductivity_mS_per_cm: Double?
  @Nullable package var conductivityInterval68: [Double]?
  @Nullable package var conductivityInterval95: [Double]?

  enum CodingKeys: String, CodingKey {
    case direction, diffusivity_cm2_per_s, conductivity_mS_per_cm
    case diffusivityInterval68_cm2_per_s = "diffusivity_interval_68_cm2_per_s"
    case diffusivityInterval95_cm2_per_s = "diffusivity_interval_95_cm2_per_s"
    case upperBound_cm2_per_s = "upper_bound_cm2_per_s"
    case conductivityInterval68 = "conductivity_interval_68_mS_per_cm"
    case conductivityInterval95 = "conductivity_interval_95_mS_per_cm"
  }

  init(
    _ direction: String, _ estimate: DiffusivityEstimate, level: Double, conductivity: (Double) -> Double?
  ) {
    self.direction = direction
    let unit = TemperatureSummary.cm2PerSecond
    guard estimate.isDetermined, let value = estimate.value_A2_per_ps else {
      upperBound_cm2_per_s = estimate.upperBound(level: level).map { $0 * unit }
      return
    }
    diffusivity_cm2_per_s = value * unit
    conductivity_mS_per_cm = conductivity(value)
    let narrow = estimate.interval(level: 0.68).map { [$0.lowerBound, $0.upperBound] }
    let wide = estimate.interval(level: 0.95).map { [$0.lowerBound, $0.upperBound] }
    diffusivityInterval68_cm2_per_s = narrow?.map { $0 * unit }
    diffusivityInterval95_cm2_per_s = wide?.map { $0 * unit }
    func both(_ ends: [Double]?) -> [Double]? {
      let found = (ends ?? []).compactMap(conductivity)
      return found.count == 2 ? found : nil
    }
    conductivityInterval68 = both(narrow)
    conductivityInterval95 = both(wide)
  }
}

/// The tensor of D in the simulation's frame.
package struct DiffusivityTensor: Codable, Sendable, Equatable {
  /// [[xx, xy, xz], …], symmetric.
  package var value_cm2_per_s: [[Double]]
  /// Standard errors, likewise.
  package var error_cm2_per_s: [[Double]]

  enum CodingKeys: String, CodingKey {
    case value_cm2_per_s
    case error_cm2_per_s = "standard_error_cm2_per_s"
  }
}

private let axisNames = ["x", "y", "z"]

/// D along the axes and in the planes of the simulation's frame, and its tensor.
/// - Parameter runs: of one temperature, with a D.
/// - Returns: no tensor where a direction has no D.
/// - Throws: `AnalysisError` as `estimateDiffusivity`.
func directions(
  of runs: [RunMobility], parameters: DiffusivityParameters, conductivity: (Double) -> Double?
) throws -> (directions: [DirectionalDiffusivity], tensor: DiffusivityTensor?) {
  func estimate(_ projection: Projection) throws -> DiffusivityEstimate {
    try estimateDiffusivity(runs: runs, parameters: parameters, projection: projection)
  }
  func unit(_ axis: Int) -> SIMD3<Double> {
    var vector = SIMD3<Double>.zero
    vector[axis] = 1
    return vector
  }
  var found: [DirectionalDiffusivity] = []
  var axes: [DiffusivityEstimate] = []
  for axis in 0..<3 {
    let along = try estimate(.along(unit(axis)))
    axes.append(along)
    found.append(
      DirectionalDiffusivity(axisNames[axis], along, level: parameters.boundLevel, conductivity: conductivity)
    )
  }
  for (a, b) in [(0, 1), (0, 2), (1, 2)] {
    found.append(
      DirectionalDiffusivity(
        axisNames[a] + axisNames[b], try estimate(.mean(of: [a, b])), level: parameters.boundLevel,
        conductivity: conductivity))
  }
  var value = [[Double]](repeating: [0, 0, 0], count: 3)
  var error = value
  let scale = TemperatureSummary.cm2PerSecond
  for a in 0..<3 {
    guard let own = axes[a].value_A2_per_ps, let spread = axes[a].standardError_A2_per_ps else {
      return (found, nil)
    }
    (value[a][a], error[a][a]) = (own * scale, spread * scale)
    for b in 0..<a {
      // D along a + b less D along a − b is 2 D(ab).
      let (sum, difference) = (
        try estimate(.along(unit(a) + unit(b))), try estimate(.along(unit(a) - unit(b)))
      )
      guard let plus = sum.value_A2_per_ps, let minus = difference.value_A2_per_ps,
        let first = sum.standardError_A2_per_ps, let second = difference.standardError_A2_per_ps
      else { return (found, nil) }
      value[a][b] = (plus - minus) / 2 * scale
      error[a][b] = (first * first + second * second).squareRoot() / 2 * scale
      (value[b][a], error[b][a]) = (value[a][b], error[a][b])
    }
  }
  return (found, DiffusivityTensor(value_cm2_per_s: value, error_cm2_per_s: error))
}
