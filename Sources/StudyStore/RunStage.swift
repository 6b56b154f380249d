import Manifest

/// A stage of a run, by its name.
package struct RunStage: RawRepresentable, Codable, Hashable, Sendable {
  package let rawValue: String

  /// Before the first checkpoint.
  package static let start = RunStage(unchecked: "start")
  package static let sample = RunStage(unchecked: Stage.sampleName)

  /// - Returns: nil for a text that names no stage.
  package init?(rawValue: String) {
    guard rawValue == Self.start.rawValue || Stage.isName(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  /// The stage that settings are of.
  package init(_ settings: StageSettings) { rawValue = settings.name }

  private init(unchecked name: String) { rawValue = name }
}
