import Foundation

/// What a run's system amounts to, for estimates.
public struct SystemSize: Equatable, Sendable {
  public var atoms: Int
  /// Atoms of the mobile species.
  public var mobile: Int
  public var anions: Int

  public init(atoms: Int, mobile: Int, anions: Int) {
    self.atoms = atoms
    self.mobile = mobile
    self.anions = anions
  }
}

/// Builds the system of a run's manifest as far as is needed to count it.
/// - Returns: nil where it can't be counted beforehand.
public func systemSize(of manifest: Manifest) throws -> SystemSize? { nil }

/// Atoms times steps per second of one run on this machine, for estimates; nil where unknown.
public func atomStepsPerSecond(of manifest: Manifest, ranks: Int) -> Double? { nil }

/// What `simulate` was asked for.
public struct SimulationOptions: Sendable {
  /// The command as given, for the provenance.
  public var command: [String]

  public init(command: [String]) { self.command = command }
}

/// Runs one run of a study on the ranks of this MPI job, from wherever it stands.
/// - Returns: the exit code of the process: 0 done, 75 stopped with a checkpoint.
public func simulate(study: StudyDirectory, index: Int, options: SimulationOptions) async throws -> Int32 {
  throw RunFailure("simulate is not wired to the engine")
}

/// What `aggregate` prints.
public struct AggregationResult: Sendable {
  /// The absolute path of `summary.json`.
  public var summaryPath: String
  /// The table of results, its heading first.
  public var table: [[String]]
  /// Lines to print after the table.
  public var notes: [String]
  /// Runs or files left out, by name.
  public var missing: [String]

  public init(summaryPath: String, table: [[String]], notes: [String], missing: [String]) {
    self.summaryPath = summaryPath
    self.table = table
    self.notes = notes
    self.missing = missing
  }
}

/// Makes the results from whatever has been sampled so far.
public func aggregate(study: StudyDirectory) async throws -> AggregationResult {
  throw RunFailure("aggregate is not wired to the coordinator")
}

/// Says hello from this rank after all ranks have heard of each other: what `doctor` starts on two ranks.
public func ping() throws -> String {
  let environment = ProcessInfo.processInfo.environment
  let rank = environment["OMPI_COMM_WORLD_RANK"] ?? "0"
  return "rank \(rank) of \(environment["OMPI_COMM_WORLD_SIZE"] ?? "1")"
}
