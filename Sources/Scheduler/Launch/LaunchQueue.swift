import Manifest
import StudyStore

/// Says which runs start next on the cores of a machine, and hears how they ended.
protocol LaunchQueue {
  /// Whether nothing goes and nothing waits.
  var isEmpty: Bool { get }
  /// The next run to start now, and where; nil where none starts now.
  mutating func next() -> (run: RunSpecification, place: LaunchPlace)?
  mutating func end(_ index: Int, _ result: Result<LaunchOutcome, any Error>)
  /// Called every moment, to look for requests of the user.
  mutating func look()
}
