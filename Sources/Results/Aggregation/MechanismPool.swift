import Analysis
import Mechanism

/// The mechanism of the replicas of one temperature, pooled run by run.
struct MechanismPool {
  private var observables = ObservablePool()
  private var densities = DensityPool()
  private var warnings: Set<Warning> = []
  /// For each mobile ion, of each run.
  private var siteCounts: [Double] = []
  private(set) var anions: [MeanAnion] = []
  private(set) var symmetryOperations = 1
  /// With their paths, of the first run that has any.
  private var events: [MigrationEvent] = []
  private var isEmpty = true

  mutating func add(_ run: RunMechanism) {
    observables.add(run.observables)
    densities.add(run.densities)
    siteCounts += run.observables.values.filter { $0.observable == "sites-per-cation" }.compactMap(\.mean)
    warnings.formUnion(run.observables.warnings)
    if events.isEmpty { events = run.events.filter { $0.path_A != nil } }
    // The mean positions of the anions are the same in all replicas.
    if isEmpty { (anions, symmetryOperations, isEmpty) = (run.anions, run.symmetryOperations, false) }
  }

  /// Adds the pooled values to the results of their temperature.
  /// - Returns: the density of each species, over all replicas.
  func finish(into point: inout PooledTemperature) -> [DensityGrid] {
    let pooled = observables.finish()
    let grids = densities.means
    point.summary.observables = pooled.values
    if let fewest = siteCounts.min(), let most = siteCounts.max(), fewest < most {
      point.summary.warnings.append(.replicasFoundDifferentSites(fewest: fewest, most: most))
    }
    point.summary.warnings += warnings.sorted { $0.description < $1.description }
    point.curves.observables = pooled.curves
    point.curves.slices = grids.flatMap(DensitySlice.slices)
    point.curves.view = CellView(grids, anions: anions, events: events)
    return grids
  }
}
