import Mechanism
import Trajectory

/// The correlation functions that a run computed itself, as observables: mean squared displacements and
/// orientation functions that need no stored trajectory, and the spectra of the velocities.
enum CorrelationObservables {
  /// - Parameter cellChanges: whether the run's cell does: displacements of a version that joined paths by shortest
  ///   displacements are left out then, with a warning.
  /// - Parameter others: diffusing species that have results of their own.
  /// - Returns: nothing where the run computed none.
  /// - Throws: what reading the file throws.
  static func read(
    _ directory: String, cellChanges: Bool, leavingOut others: [String] = []
  ) throws -> RunObservables {
    guard let correlations = try RunCorrelations(directory: directory) else { return RunObservables() }
    var result = RunObservables()
    let leavesOutDisplacements = cellChanges && correlations.displacements == .notRecorded
    if leavesOutDisplacements { result.warnings.append(.correlationsOfJoinedPaths) }
    for series in correlations.series {
      let ion = series.species.prefix { $0 != ":" }
      if others.contains(where: { $0 == ion }) { continue }
      switch series.quantity {
      case "displacement-2":
        if leavesOutDisplacements { continue }
        result.curves.append(curve(series, "msd-in-run", correlations))
      case "rotation-1": result.curves.append(curve(series, "rotation-1-in-run", correlations))
      case "rotation-2": result.curves.append(curve(series, "rotation-2-in-run", correlations))
      case "velocity": try add(series, "velocity-spectrum", series.species, correlations, to: &result)
      case "atom-velocity":
        try add(series, "velocity-spectrum", atoms(series.species), correlations, to: &result)
      case "angular-velocity": try add(series, "angular-spectrum", series.species, correlations, to: &result)
      case "atom-angular-velocity":
        try add(series, "angular-spectrum", atoms(series.species), correlations, to: &result)
      default: break
      }
    }
    return result
  }

  /// "B12H12:H" is the hydrogens of B12H12.
  private static func atoms(_ species: String) -> String {
    let parts = species.split(separator: ":")
    return parts.count == 2 ? "\(parts[1]) of \(parts[0])" : species
  }

  private static func curve(
    _ series: CorrelationSeries, _ observable: String, _ run: RunCorrelations
  ) -> SampledCurve {
    SampledCurve(
      observable: observable, series: series.species, x: series.lag_ps, mean: series.mean,
      blocks: series.blockMeans, weight_ps: run.sampled_ps)
  }

  /// A spectrum, and its weights in the windows of Kweon et al. 2017.
  private static func add(
    _ series: CorrelationSeries, _ observable: String, _ name: String, _ run: RunCorrelations,
    to result: inout RunObservables
  ) throws {
    guard series.lag_ps.count > 3 else { return }
    let interval_ps = series.lag_ps[1] - series.lag_ps[0]
    // Frozen species have no velocity, and blocks without a sample no mean.
    func spectrum(_ correlation: [Double?]) throws -> PowerDensity? {
      let known = correlation.compactMap(\.self).filter(\.isFinite)
      guard known.count == correlation.count, known[0] > 0 else { return nil }
      return try PowerDensity(correlation: known, interval_ps: interval_ps)
    }
    guard let whole = try spectrum(series.mean) else { return }
    let blocks = try series.blockMeans.compactMap(spectrum)
    result.curves.append(
      SampledCurve(
        observable: observable, series: name, x: whole.frequencies_THz, mean: whole.densities,
        blocks: blocks.map { $0.densities }, weight_ps: run.sampled_ps))
    let kind = observable == "velocity-spectrum" ? "velocity of" : "angular velocity of"
    for (value, range) in [
      ("spectrum-low", 0.0..<6.0), ("spectrum-cage", 6.0..<30), ("spectrum-stretch", 60.0..<1e6),
    ] {
      result.values.append(
        SampledValue(
          observable: value, series: "\(kind) \(name)", mean: whole.weight(range),
          blocks: blocks.map { $0.weight(range) }, weight_ps: run.sampled_ps))
    }
  }
}
