import Analysis

/// Pools the runs of one temperature of a set, for one species, as they are read.
///
/// Of the mechanism, the largest part of a reading, it keeps only sums; displacements are kept until the last
/// run of the temperature has been added.
struct PointPool {
  /// Index among the sets.
  let set: Int
  let temperature_K: Double
  /// Indices, in the order of the plan.
  private(set) var runs: [Int] = []
  /// The species; nil until a run has been read.
  private(set) var species: String?
  private var addedCount = 0
  private var warnings: [Warning] = []
  private var mobilities: [RunMobility] = []
  private var volume_A3 = 0.0
  private var mechanism = MechanismPool()

  init(set: Int, temperature_K: Double) {
    self.set = set
    self.temperature_K = temperature_K
  }

  mutating func expect(_ run: Int) { runs.append(run) }

  var isComplete: Bool { addedCount == runs.count }

  /// - Parameters:
  ///   - reading: of the set's species; nil where the results leave the run out.
  ///   - volume_A3: of the run's cell.
  mutating func add(_ reading: SpeciesReading?, volume_A3 own_A3: Double) {
    addedCount += 1
    guard let reading else { return }
    species = reading.name
    mobilities.append(reading.mobility)
    volume_A3 += own_A3
    mechanism.add(reading.mechanism)
    warnings += reading.warnings.filter { !warnings.contains($0) }
  }

  /// - Returns: nil where no run could be read.
  /// - Throws: `AnalysisError` for runs with different frame intervals or numbers of ions.
  func finish(
    _ parameters: PoolingParameters
  ) throws -> (temperature: PooledTemperature, densities: [NamedDensity])? {
    guard !mobilities.isEmpty else { return nil }
    var pooled = try poolTemperature(
      temperature_K: temperature_K, runs: mobilities, volume_A3: volume_A3 / Double(mobilities.count),
      parameters: parameters)
    pooled.summary.warnings += warnings
    let grids = mechanism.finish(into: &pooled)
    let densities = grids.map {
      NamedDensity(
        set: set, temperature_K: temperature_K, grid: $0, anions: mechanism.anions,
        symmetryOperations: mechanism.symmetryOperations)
    }
    return (pooled, densities)
  }
}
