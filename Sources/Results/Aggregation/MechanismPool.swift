import Mechanism

/// What replicas tell of the mechanism, put together run by run.
struct MechanismPool {
  private var observables = ObservablePool()
  private var densities = DensityPool()
  private var notes: Set<String> = []
  private(set) var anions: [MeanAnion] = []
  private(set) var symmetryOperations = 1
  private var isEmpty = true

  mutating func add(_ run: RunMechanism) {
    observables.add(run.observables)
    densities.add(run.densities)
    notes.formUnion(run.observables.notes)
    // Where the anions are, any replica tells.
    if isEmpty { (anions, symmetryOperations, isEmpty) = (run.anions, run.symmetryOperations, false) }
  }

  /// Brings it into the results of its temperature.
  /// - Returns: the density of each species, over all replicas.
  func finish(into point: inout PooledTemperature) -> [DensityGrid] {
    let pooled = observables.finish()
    let grids = densities.means
    point.summary.observables = pooled.values
    point.summary.notes += notes.sorted()
    point.curves.observables = pooled.curves
    point.curves.slices = grids.flatMap(DensitySlice.slices)
    return grids
  }
}
