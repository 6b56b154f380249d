/// Why a file of a run was left out, or what is wrong with it.
public struct RecordProblem: Error, Sendable, Equatable, CustomStringConvertible {
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

  public let kind: Kind
  /// The path of the file.
  public let file: String
  public let message: String

  public var description: String { "\(file): \(message)" }
}
