/// Why a file of a run was left out, or what is wrong with it.
public struct RecordProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: String, Sendable {
    /// The file does not exist.
    case missing
    /// The file can't be read: truncated, not an HDF5 file, incomplete.
    case damaged
    /// The file lacks records that it must contain.
    case short
    /// The file belongs to another run.
    case mismatch
  }

  /// What is wrong, for programs.
  public let kind: Kind
  /// The path of the file.
  public let file: String
  /// What is wrong, for users.
  public let message: String

  /// One line with the file.
  public var description: String { "\(file): \(message)" }
}
