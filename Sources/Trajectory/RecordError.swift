/// An error in a file of a run.
public struct RecordError: Error, CustomStringConvertible, Sendable {
  /// The path of the file, or of the directory where a file is missing.
  public let file: String
  /// The place in the file; empty for the whole of it.
  public let place: String
  /// What was found and what was expected.
  public let message: String

  package init(file: String, place: String = "", message: String) {
    self.file = file
    self.place = place
    self.message = message
  }

  /// One line with the file and the place.
  public var description: String {
    place.isEmpty ? "\(file): \(message)" : "\(file), \(place): \(message)"
  }
}
