import Support

/// One study, decoded and checked; every default is filled in.
package struct Manifest: Equatable, Sendable {
  package var study: String
  /// The seed from which every run's own is drawn.
  package var seed: UInt64
  package var system: SystemSpecification
  package var potential: PotentialSpecification
  package var forces: ForceSpecification
  package var dynamics: DynamicsSpecification
  package var stages: StageSpecification
  package var record: RecordSpecification
  package var sweep: Sweep
  package var analysis: AnalysisSpecification
  package var resources: ResourceSpecification
  /// SHA-256 in hexadecimal of input files, by absolute path; empty unless resolved.
  package var inputs: [String: String]
  /// Where the trajectories come from; nil for a study that is simulated.
  package var imported: ImportSpecification?

  static let keys = [
    "study", "seed", "system", "potential", "forces", "dynamics", "stages", "record", "sweep", "analysis",
    "resources", "inputs", "import",
  ]

  /// The engine's steps of a time; nil gives 0.
  package func steps(of time_ps: Double?) -> Int {
    time_ps.map { Int(($0 / dynamics.step_ps).rounded()) } ?? 0
  }

  /// Steps of the dynamics in all stages of one run.
  package var steps: Int { steps(of: stages.equilibrate_ps) + steps(of: stages.sample_ps) }

  /// Every time step's worth of every stage, ps.
  package var time_ps: Double { Double(steps) * dynamics.step_ps }

  package init(_ document: ManifestDocument) throws {
    let mapping = try document.root.mapping(known: Self.keys)
    study = try mapping["study"].map(Self.name) ?? document.defaultName()
    seed = try mapping["seed"].map(Self.seed) ?? 1
    system = try SystemSpecification(
      mapping.required("system", wanted: "a mapping with at least the structure"))
    potential =
      try mapping["potential"].map(PotentialSpecification.init) ?? .forceField(.builtIn("paddlewheel-ff"))
    forces = try mapping["forces"].map(ForceSpecification.init) ?? ForceSpecification()
    dynamics = try mapping["dynamics"].map(DynamicsSpecification.init) ?? DynamicsSpecification()
    let wanted = "a mapping with at least one of relax, equilibrate, sample"
    stages = try StageSpecification(
      mapping.required("stages", wanted: wanted), dynamics)
    if dynamics.ensemble != .npt, dynamics.pressure_GPa != nil, stages.relaxCell == nil {
      throw InputError(
        place: document.place(of: "dynamics.pressure"), key: "dynamics.pressure",
        found: "a pressure with the ensemble \(dynamics.ensemble.rawValue)",
        wanted: "the ensemble npt, or a cell that relaxes: stages.relax.cell")
    }
    record = try RecordSpecification(mapping["record"], dynamics)
    sweep = try mapping["sweep"].map(Sweep.init) ?? Sweep()
    analysis = try mapping["analysis"].map(AnalysisSpecification.init) ?? AnalysisSpecification()
    resources = try mapping["resources"].map(ResourceSpecification.init) ?? ResourceSpecification()
    inputs = try mapping["inputs"].map(Self.inputs) ?? [:]
  }

  static func name(_ value: ManifestValue) throws -> String {
    guard let text = value.text, isStudyName(text) else {
      throw value.error(wanted: studyNameWanted)
    }
    return text
  }

  private static func seed(_ value: ManifestValue) throws -> UInt64 {
    guard let text = value.text, let seed = UInt64(text) else {
      throw value.error(wanted: "a whole number from 0 to \(UInt64.max)")
    }
    return seed
  }

  static func inputs(_ value: ManifestValue) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for (path, entry) in try value.openMapping(wanted: "a mapping of paths to SHA-256").entries {
      guard let hash = entry.text, hash.wholeMatch(of: /[0-9a-f]{64}/) != nil else {
        throw entry.error(wanted: "a SHA-256 in 64 hexadecimal digits")
      }
      hashes[absolutePath(path, from: SourceFile.folder(of: value.file))] = hash
    }
    return hashes
  }
}

/// Whether a text can be a study's name, and so a directory's.
package func isStudyName(_ text: String) -> Bool {
  text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil
}

package let studyNameWanted = "a name of letters, digits, '.', '_' and '-'"
