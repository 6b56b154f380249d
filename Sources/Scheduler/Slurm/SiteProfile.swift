import Analysis
import Foundation
import MPI
import Manifest
import SlurmCommands
import Support

/// A site profile: the Slurm settings of a cluster, `cluster/*.yaml`. A key that is not set leaves Slurm's default.
package struct SiteProfile: Codable, Equatable, Sendable {
  package enum LauncherKind: String, Codable, CaseIterable, Sendable { case mpirun, srun }

  /// The recipient of Slurm's mail, and the events.
  package struct Mail: Codable, Equatable, Sendable {
    package var to: String
    /// Values of `--mail-type`, such as `END` and `FAIL`.
    package var on: [String]
  }

  /// Resources of the job that computes the results.
  package struct CoordinatorJob: Codable, Equatable, Sendable {
    package var timeLimit_s = 3600.0
    package var memory_bytes: Double?
    package var cores = 1
  }

  package var site: String
  package var account: String?
  package var partition: String?
  package var qos: String?
  package var constraint: String?
  package var reservation: String?
  /// Shell commands before the modules, such as `module use DIR` and `source FILE`.
  package var setup: [String]?
  /// Environment modules, loaded in this order.
  package var modules: [String] = []
  package var environment: [String: String] = [:]
  package var launcher = LauncherKind.mpirun
  /// Value of `srun --mpi=`.
  package var mpi: String?
  package var launcherOptions: [String] = []
  package var ranksPerNode: Int?
  package var memoryPerCore_bytes: Double?
  /// Whether an array task takes many runs, and how much it asks for.
  package var pack: PackSize?
  /// Of one array task, s.
  package var timeLimit_s: Double
  /// Time between the signal to stop and the time limit, s; from the time of a checkpoint where it is not set.
  package var signalMargin_s: Double?
  /// Array tasks of one submission that run at the same time.
  package var maxRunning: Int?
  /// Slurm's MaxArraySize where it is not set.
  package var maxArraySize: Int?
  /// Restarts of a run that makes no progress.
  package var retries = 3
  /// Delay before the first restart, s; doubled before each further one.
  package var retryDelay_s = 30.0
  /// Nodes that are not used.
  package var exclude: [String] = []
  package var mail: Mail?
  /// Further `#SBATCH` directives.
  package var directives: [String] = []
  package var coordinator = CoordinatorJob()
  /// The commands of another batch system; nil for Slurm.
  package var batch: BatchTemplates?

  static let keys = [
    "site", "batch", "account", "partition", "qos", "constraint", "reservation", "setup", "modules",
    "environment",
    "launcher", "mpi", "launcher-options", "ranks-per-node", "pack", "memory-per-core", "time-limit",
    "signal-margin",
    "max-running", "max-array-size", "retries", "retry-delay", "exclude", "mail", "directives", "coordinator",
  ]

  /// Reads a profile.
  /// - Throws: ``InputError`` naming file, line and key.
  package init(contentsOf path: String) throws {
    let document = try ManifestDocument(contentsOf: path)
    let mapping = try document.root.mapping(known: Self.keys)
    func word(_ key: String) throws -> String? { try mapping[key]?.slurmWord() }
    site = try mapping["site"]?.slurmWord() ?? document.root.defaultName()
    account = try word("account")
    partition = try word("partition")
    qos = try word("qos")
    constraint = try word("constraint")
    reservation = try word("reservation")
    setup = try mapping["setup"]?.words()
    modules = try mapping["modules"]?.words() ?? []
    environment = try mapping["environment"].map(Self.environment) ?? [:]
    launcher = try mapping["launcher"]?.choice(LauncherKind.self) ?? .mpirun
    mpi = try word("mpi")
    launcherOptions = try mapping["launcher-options"]?.words() ?? []
    ranksPerNode = try mapping["ranks-per-node"]?.integer(1...100_000)
    pack = try mapping["pack"]?.packSize()
    memoryPerCore_bytes = try mapping["memory-per-core"]?.quantity(.memory)
    timeLimit_s = try mapping.required("time-limit", wanted: "the wall time of one run, such as 24 h")
      .quantity(.wallTime)
    signalMargin_s = try mapping["signal-margin"]?.quantity(.wallTime)
    maxRunning = try mapping["max-running"]?.integer(1...1_000_000)
    maxArraySize = try mapping["max-array-size"]?.integer(1...4_000_001)
    retries = try mapping["retries"]?.integer(0...100) ?? retries
    retryDelay_s = try mapping["retry-delay"]?.quantity(.wallTime, .notNegative) ?? retryDelay_s
    exclude = try mapping["exclude"]?.words() ?? []
    mail = try mapping["mail"].map(Self.mail)
    directives = try mapping["directives"]?.words() ?? []
    coordinator = try mapping["coordinator"].map(Self.coordinator) ?? CoordinatorJob()
    batch = try mapping["batch"].map { try $0.batchTemplates() }
    try check(mapping)
  }

  private func check(_ mapping: ManifestMapping) throws {
    // Slurm counts in minutes.
    guard timeLimit_s >= 60 else {
      throw mapping["time-limit"]?.error(wanted: "at least 1 min") ?? InputError("time-limit")
    }
    if let margin = signalMargin_s, margin >= timeLimit_s || margin > 65535 {
      throw mapping["signal-margin"]?.error(wanted: "less than the time limit, and at most 65535 s")
        ?? InputError("signal-margin")
    }
    // Larger values would overflow Slurm's numbers.
    for (key, value, most) in [
      ("time-limit", timeLimit_s, 1e8), ("coordinator", coordinator.timeLimit_s, 1e8),
      ("retry-delay", retryDelay_s, 86_400), ("memory-per-core", memoryPerCore_bytes ?? 0, 1e15),
      ("coordinator", coordinator.memory_bytes ?? 0, 1e15),
    ] where value > most {
      throw mapping[key]?.error(wanted: "less") ?? InputError(key)
    }
    if let setup, setup.contains(where: { $0.hasSuffix("\\") }) {
      throw mapping["setup"]?.error(wanted: "commands that do not end in a backslash") ?? InputError("setup")
    }
    if batch != nil { try checkBatch(mapping) }
    if mpi != nil, launcher != .srun {
      throw mapping["mpi"]?.error(wanted: "no value with the launcher mpirun: it sets srun's --mpi")
        ?? InputError("mpi")
    }
  }

  /// What only Slurm has, is not silently left out elsewhere.
  private func checkBatch(_ mapping: ManifestMapping) throws {
    let ofSlurm = [
      "account", "partition", "qos", "constraint", "reservation", "pack", "memory-per-core", "ranks-per-node",
      "exclude",
      "mail", "directives", "max-running",
    ]
    for key in ofSlurm {
      if let value = mapping[key] {
        throw value.error(wanted: "no value beside batch: it is an option of batch.submit")
      }
    }
    if coordinator.memory_bytes != nil {
      throw mapping["coordinator"]?.error(wanted: "no memory beside batch: it is an option of batch.submit")
        ?? InputError("coordinator")
    }
    if launcher == .srun {
      throw mapping["launcher"]?.error(wanted: "mpirun beside batch") ?? InputError("launcher")
    }
  }

  private static func environment(_ value: ManifestValue) throws -> [String: String] {
    var variables: [String: String] = [:]
    for (name, entry) in try value.openMapping(wanted: "a mapping of variables to values").entries {
      guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil, let text = entry.text,
        firstControlCharacter(in: text) == nil
      else { throw entry.error(wanted: "NAME: value, on one line without control characters") }
      variables[name] = text
    }
    return variables
  }

  private static func mail(_ value: ManifestValue) throws -> Mail {
    let mapping = try value.mapping(known: ["to", "on"])
    return Mail(
      to: try mapping.required("to", wanted: "an address").slurmWord(),
      on: try mapping["on"]?.words() ?? ["END", "FAIL"])
  }

  private static func coordinator(_ value: ManifestValue) throws -> CoordinatorJob {
    let mapping = try value.mapping(known: ["time-limit", "memory", "cores"])
    var job = CoordinatorJob()
    job.timeLimit_s = try mapping["time-limit"]?.quantity(.wallTime) ?? job.timeLimit_s
    job.memory_bytes = try mapping["memory"]?.quantity(.memory)
    job.cores = try mapping["cores"]?.integer(1...10_000) ?? 1
    return job
  }
}

extension SiteProfile {
  /// The cluster that the directives name: `--clusters=a`, `-M a`.
  var cluster: SlurmCluster {
    if let batch { return .templates(batch) }
    for directive in directives {
      guard let match = directive.firstMatch(of: /^(?:--clusters?[= ]|-M\s*)([A-Za-z0-9_.,-]+)$/) else {
        continue
      }
      return .named(String(match.1))
    }
    return .ofShell
  }

  /// The largest number of tasks of an array.
  func arraySize(_ slurm: Slurm) async -> Int {
    if let maxArraySize { return maxArraySize }
    return await slurm.arraySize()
  }
}

extension ManifestValue {
  /// A text that fits into one line of a script.
  fileprivate func slurmWord() throws -> String {
    let text = try string(wanted: "a text on one line")
    return try withoutControlCharacters(text, "a text on one line", place: place, key: path)
  }

  fileprivate func words() throws -> [String] {
    try list(wanted: "a list of texts").map { try $0.slurmWord() }
  }
}
