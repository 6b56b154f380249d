/// Why a file of a run was left out, or what is wrong with it.
public struct RecordProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: String, Sendable {
    /// The file is not there.
    case missing
    /// The file can't be read: truncated, no HDF5 file, a part is missing.
    case damaged
    /// The file lacks records that it must have.
    case short
    /// The file belongs to another run.
    case mismatch
  }

  /// What is wrong, for code.
  public let kind: Kind
  /// The path of the file.
  public let file: String
  /// What is wrong, for people.
  public let message: String

  /// One line with the file.
  public var description: String { "\(file): \(message)" }
}
