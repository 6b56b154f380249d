import Manifest
import StudyStore
import Trajectory

extension RestartPoint {
  /// The point from which a run goes on.
  ///
  /// The end of a stage is recorded also between two intervals. Where the stage has become longer since, that record is
  /// left out, so that records stay evenly spaced.
  init(_ checkpoint: RunCheckpoint, attempt: Int, of manifest: SimulationSpecification) {
    var steps = checkpoint.lastSteps
    if checkpoint.stage == .sample, checkpoint.stageStep < manifest.steps(of: manifest.stages.sample_ps) {
      // Series of other stages have a slash or a dot in their names.
      for (series, last) in steps where !series.contains("/") && !series.contains(".") {
        let interval = max(1, manifest.steps(of: Self.interval_ps(of: series, manifest.record)))
        steps[series] = last / interval * interval
      }
    }
    self.init(attempt: attempt, lastSteps: steps)
  }

  private static func interval_ps(of series: String, _ record: RecordSpecification) -> Double {
    switch series {
    case RecordSeries.observables: record.observables_ps
    case IonGroups.all: record.all_ps
    default: IonGroups.isMobile(series) ? record.mobile_ps : record.anions_ps
    }
  }
}
