import Analysis
import Mechanism

/// All that the results take from one run's record. Any thread or rank makes it; ranks send it as JSON.
struct RunReading: Codable, Sendable {
  /// One for each diffusing species, in the order of the record.
  var species: [SpeciesReading]
  var series: RunSeries
  /// Mean over the records, Å³.
  var volume_A3: Double
  /// What was wrong with the state of the run.
  var stateWarnings: [Warning] = []

  /// From the first record of the ions to the last, ps.
  var duration_ps: Double { species.first?.mobility.duration_ps ?? 0 }
}

/// What the results take from one run's record of one diffusing species.
struct SpeciesReading: Codable, Sendable {
  /// Its formula.
  var name: String
  var mobility: RunMobility
  var mechanism: RunMechanism
  /// Warnings about the run's temperature.
  var warnings: [Warning] = []
}
