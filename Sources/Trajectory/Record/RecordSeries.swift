/// The names of a run's time series in `lastSteps` and `frameCounts`: a group's own name, `observables`, and
/// `stages/<name>`.
package enum RecordSeries {
  /// The observables of the `sample` stage.
  package static let observables = "observables"

  /// The observables of an earlier stage.
  package static func stage(_ name: String) -> String { "stages/\(name)" }

  private static let stagePrefix = "stage."

  /// The group with the frames of another stage than the sampling one. It comes after the groups of the sampling stage in
  /// the order of names, and no analysis looks for it.
  package static func group(_ group: String, of stage: String) -> String { "\(stagePrefix)\(stage).\(group)" }

  /// The stage whose frames are in a group; nil for the sampling stage. Names of stages have no dot.
  package static func stage(ofGroup name: String) -> String? {
    name.hasPrefix(stagePrefix) ? String(name.dropFirst(stagePrefix.count).prefix { $0 != "." }) : nil
  }

  static func reserved(_ name: String) -> Bool { name == observables }

  /// The group in the file that holds the observables of a series.
  static func observablesPath(_ series: String) -> String {
    series == observables ? "/observables" : "/paddlewheel/\(series)"
  }
}

/// The checkpoint from which an attempt resumed: stored in the checkpoint and then in the attempt's files, so
/// that readers know which records of earlier attempts count.
package struct RestartPoint: Codable, Sendable, Equatable {
  /// The attempt that wrote the checkpoint.
  package var attempt: Int
  /// The last step of each series that the checkpoint covers. Later records of the previous attempt, and all
  /// of a series that is not listed, do not count; the next attempt begins after these steps.
  package var lastSteps: [String: Int]

  package init(attempt: Int, lastSteps: [String: Int]) {
    self.attempt = attempt
    self.lastSteps = lastSteps
  }
}
