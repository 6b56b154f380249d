import Analysis

/// Brings what replicas tell of the mechanism into the results of their temperature.
enum MechanismPooling {
  static func add(_ runs: [RunMechanism], to point: inout PooledTemperature) {
    let pooled = poolObservables(runs.map(\.observables))
    point.summary.observables = pooled.values
    point.summary.notes += Set(runs.flatMap(\.observables.notes)).sorted()
    point.curves.observables = pooled.curves
    point.curves.slices = densities(runs).flatMap(DensitySlice.slices)
  }

  /// Of each species, over all replicas.
  static func densities(_ runs: [RunMechanism]) -> [DensityGrid] {
    let species = Set(runs.flatMap(\.densities).map(\.species)).sorted()
    return species.compactMap { name in
      DensityGrid.mean(runs.compactMap { run in run.densities.first { $0.species == name } })
    }
  }
}
