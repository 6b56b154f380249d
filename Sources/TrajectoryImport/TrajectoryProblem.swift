import Support
import Trajectory

/// An error in another program's trajectory: the place, what was found and what was expected.
public struct TrajectoryProblem: Error, Equatable, CustomStringConvertible, Sendable {
  /// Its path.
  public let file: String
  /// Counted from 1; nil for a binary file or for the whole file.
  public let line: Int?
  /// The place in a binary file, such as `/particles/all/position`.
  public let place: String?
  /// nil where something is missing.
  public let found: String?
  /// What is expected.
  public let wanted: String

  package init(
    file: String, line: Int? = nil, place: String? = nil, found: String? = nil, wanted: String
  ) {
    self.file = file
    self.line = line
    self.place = place
    self.found = found
    self.wanted = wanted
  }

  /// One line with the place, what was found and what was expected.
  public var description: String {
    let position = [line.map { ":\($0)" }, place.map { ", \($0)" }].compactMap { $0 }.joined()
    return visible("\(file)\(position): " + (found.map { "found \($0), " } ?? "") + "wanted \(wanted)")
  }
}
