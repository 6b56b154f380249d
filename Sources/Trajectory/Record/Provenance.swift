/// The origin of a file; stored in `/paddlewheel/attempts/<number>`.
public struct Provenance: Codable, Sendable, Equatable {
  /// Version of the program.
  public var version: String
  /// The user who ran it.
  public var author: String
  /// The command line.
  public var command: String
  /// The complete resolved manifest.
  public var manifest: String
  /// SHA-256, hexadecimal.
  public var manifestDigest: String
  /// The host.
  public var host: String
  /// Ranks of this attempt.
  public var ranks: Int
  /// Seed of the run's random numbers.
  public var seed: Int64
  /// ISO 8601.
  public var startedAt: String

  package init(
    version: String, author: String, command: String, manifest: String, manifestDigest: String,
    host: String, ranks: Int, seed: Int64, startedAt: String
  ) {
    self.version = version
    self.author = author
    self.command = command
    self.manifest = manifest
    self.manifestDigest = manifestDigest
    self.host = host
    self.ranks = ranks
    self.seed = seed
    self.startedAt = startedAt
  }
}
