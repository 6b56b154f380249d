import Analysis

/// The runs of one temperature of a set, while they are read.
///
/// Of what a run tells about the mechanism, which is most of it, only sums stay; its displacements stay until
/// the last run of the temperature has come.
struct PointPool {
  /// Index among the sets.
  let set: Int
  let temperature_K: Double
  /// Indices, in the order of the plan.
  private(set) var runs: [Int] = []
  private var arrived = 0
  private var mobilities: [RunMobility] = []
  private var volume_A3 = 0.0
  private var mechanism = MechanismPool()

  init(set: Int, temperature_K: Double) {
    self.set = set
    self.temperature_K = temperature_K
  }

  mutating func expect(_ run: Int) { runs.append(run) }

  var isComplete: Bool { arrived == runs.count }

  /// - Parameter reading: nil where the results leave the run out.
  mutating func add(_ reading: RunReading?) {
    arrived += 1
    guard let reading else { return }
    mobilities.append(reading.mobility)
    volume_A3 += reading.volume_A3
    mechanism.add(reading.mechanism)
  }

  /// - Returns: nil where no run could be read.
  /// - Throws: `AnalysisError` for runs that don't go together.
  func finish(
    _ parameters: PoolingParameters
  ) throws -> (temperature: PooledTemperature, densities: [NamedDensity])? {
    guard !mobilities.isEmpty else { return nil }
    var pooled = try poolTemperature(
      temperature_K: temperature_K, runs: mobilities, volume_A3: volume_A3 / Double(mobilities.count),
      parameters: parameters)
    let grids = mechanism.finish(into: &pooled)
    let densities = grids.map {
      NamedDensity(
        set: set, temperature_K: temperature_K, grid: $0, anions: mechanism.anions,
        symmetryOperations: mechanism.symmetryOperations)
    }
    return (pooled, densities)
  }
}
