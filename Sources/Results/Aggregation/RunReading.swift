import Analysis
import Mechanism

/// All that the results take from one run's record: a value that any thread or rank can make, and that
/// travels between ranks.
struct RunReading: Codable, Sendable {
  var mobility: RunMobility
  var series: RunSeries
  /// Mean over the records, Å³.
  var volume_A3: Double
  var mechanism: RunMechanism
}
