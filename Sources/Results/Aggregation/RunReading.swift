import Analysis
import Mechanism

/// All that the results take from one run's record. Any thread or rank makes it; ranks send it as JSON.
struct RunReading: Codable, Sendable {
  var mobility: RunMobility
  var series: RunSeries
  /// Mean over the records, Å³.
  var volume_A3: Double
  var mechanism: RunMechanism
  /// Warnings about the run's temperature.
  var warnings: [Warning] = []
  /// What was wrong with the state of the run.
  var stateWarnings: [Warning] = []
}
