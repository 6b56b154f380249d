import Support
import Yams

/// The top level of a manifest: the keys of simulated and of imported studies together.
struct ManifestDraft: ManifestSection {
  var study = ""
  var simulation = SimulationSpecification()
  /// Nil for a study that is simulated.
  var imported: ImportSpecification?
  var analysis = AnalysisSpecification()
  var inputs: [InputFile: String] = [:]
  var earlier: [String] = []

  init() {}

  init(_ manifest: Manifest) {
    study = manifest.study
    analysis = manifest.analysis
    inputs = manifest.inputs
    earlier = manifest.earlier
    switch manifest.source {
    case .simulated(let simulation): self.simulation = simulation
    case .imported(let imported): self.imported = imported
    }
  }

  init(_ document: ManifestDocument) throws {
    let root = document.root
    guard try document.isImported else {
      self = try Self.simulatedSchema.decode(root)
      try checkStages(document)
      try checkCharges(document)
      return
    }
    self = try Self.importedSchema.decode(root)
    try checkCharges(document)
  }

  /// What the analysis and the system say of the charge of one ion has to agree.
  private func checkCharges(_ document: ManifestDocument) throws {
    let key = imported == nil ? "system.ions" : "import.ions"
    try analysis.checkCharges(against: Manifest(self).declaredCharges, declaredIn: key, document)
  }

  func encode() throws -> Node {
    try (imported == nil ? Self.simulatedSchema : Self.importedSchema).encode(self)
  }

  /// What `dynamics` gives for stages of another ensemble has to be of use to one of them.
  private func checkStages(_ document: ManifestDocument) throws {
    let dynamics = simulation.dynamics
    let stages = simulation.stages
    let withBarostat = stages.stages.compactMap(\.dynamics).filter { dynamics.ensemble(of: $0) == .npt }
    func wrong(_ key: String, _ found: String, _ wanted: String) -> InputError {
      InputError(place: document.place(of: key), key: key, found: found, wanted: wanted)
    }
    let ensemble = dynamics.ensemble.rawValue
    if dynamics.ensemble != .npt, dynamics.barostat != nil,
      !withBarostat.contains(where: { $0.barostat == nil })
    {
      throw wrong(
        "dynamics.barostat", "a barostat", "no barostat with the ensemble \(ensemble), or a stage with npt")
    }
    let needsPressure = !stages.cellRelaxations.isEmpty || withBarostat.contains { $0.pressure_GPa == nil }
    if dynamics.ensemble != .npt, dynamics.pressure_GPa != nil, !needsPressure {
      throw wrong(
        "dynamics.pressure", "a pressure with the ensemble \(ensemble)",
        "the ensemble npt, in a stage at least, or a cell that relaxes: stages.relax.cell")
    }
    if let from = dynamics.freeze?.from, from != .equilibrate, from != .sample,
      !stages.names.contains(from.stage)
    {
      throw wrong(
        "dynamics.freeze.from", "'\(from.stage)'", "a stage: \(stages.names.joined(separator: ", "))")
    }
  }
}

// MARK: the table of keys

extension ManifestDraft {
  /// Every key of the top level, in the order in which a simulated study is written.
  static let schema = ManifestSchema<ManifestDraft>(.block, fields)
  private static let simulatedSchema = ManifestSchema<ManifestDraft>(
    .block, fields.filter { $0.key.name != "import" }, known: schema.names)
  private static let importedSchema = ManifestSchema<ManifestDraft>(
    .block, importedNames.compactMap { name in fields.first { $0.key.name == name } }, known: schema.names
  ) { mapping in
    guard let extra = mapping.entries.first(where: { !importedNames.contains($0.key) }) else { return }
    throw InputError(
      place: extra.value.place, key: extra.key, found: "it beside import",
      wanted: "only \(importedNames.joined(separator: ", ")): nothing of this study is simulated")
  }

  /// The keys that an imported study may have.
  private static let importedNames = ["study", "import", "analysis", "inputs"]

  private static let fields: [ManifestField<ManifestDraft>] =
    [
      ManifestField("study", \.study, .studyName, "name of the study and of its directory")
        .missing { mapping, draft in
          draft.study = try mapping.value.defaultName()
        }
        .defaultText("the file's name"),
      ManifestField(
        "seed", \.simulation.seed, .seed,
        "seed of the random numbers; the seed of each run is derived from it"),
    ] + simulationFields + [
      ManifestField(
        "analysis", \.analysis, .section(AnalysisSpecification.schema), "settings of the analysis"
      )
      .affectsOnlyAnalysis(true),
      ManifestField(
        "resources", \.simulation.resources, .section(ResourceSpecification.schema), "computing resources"
      ).isAxis(true).affectsOnlyAnalysis(true),
      ManifestField("inputs", \.inputs, .inputs, "SHA-256 of the input files, by path; written by `plan`"),
      ManifestField(
        "earlier", \.earlier, .digests,
        "SHA-256 of the manifests that a study had before it [grew](#growing), oldest first; written by the program"
      ).affectsOnlyAnalysis(true),
      ManifestField("import", \.imported, .section(ImportSpecification.schema), "imported trajectories")
        .checked { value, draft in
          guard let runs = draft.imported?.runs, (1...maximumRuns).contains(runs.count) else {
            throw value.error(wanted: ImportSpecification.runsWanted)
          }
        },
    ]

  private static let simulationFields: [ManifestField<ManifestDraft>] = [
    ManifestField("system", \.simulation.system, .section(SystemSpecification.schema), "the structure")
      .required("a mapping with at least the structure").isAxis(true),
    ManifestField("potential", \.simulation.potential, PotentialSpecification.kind, "source of the forces")
      .isAxis(true),
    ManifestField(
      "forces", \.simulation.forces, .section(ForceSpecification.schema), "summation of the forces"
    ).isAxis(true),
    ManifestField(
      "dynamics", \.simulation.dynamics, .section(DynamicsSpecification.schema), "integrator and ensemble"
    ).isAxis(true),
    ManifestField(
      ManifestKey(
        "stages", "stages of a run, in their order", values: "mapping", children: StageSpecification.keys),
      read: { value, draft in
        draft.simulation.stages = try StageSpecification(value, draft.simulation.dynamics)
      },
      write: { try $0.simulation.stages.encode() }
    ).required("a mapping with at least one of relax, equilibrate, sample, or a stage of another name")
      .isAxis(true),
    ManifestField(
      ManifestKey(
        "record", "intervals of the record", values: "mapping",
        children: RecordSpecification.schema(DynamicsSpecification()).keys),
      read: { value, draft in
        let dynamics = draft.simulation.dynamics
        draft.simulation.record = try RecordSpecification.schema(dynamics).decode(
          value, defaults: RecordSpecification(roundedFor: dynamics))
      },
      write: { try RecordSpecification.schema($0.simulation.dynamics).encode($0.simulation.record) }
    )
    .missing { _, draft in
      draft.simulation.record = RecordSpecification(roundedFor: draft.simulation.dynamics)
    }
    .isAxis(true),
    ManifestField("sweep", \.simulation.sweep, Sweep.kind, "axes of the study"),
  ]
}

extension ManifestKind where Value == String {
  fileprivate static var studyName: Self {
    ManifestKind(
      "letters, digits, `.`, `_`, `-`",
      read: { value in
        guard let text = value.text, isStudyName(text) else { throw value.error(wanted: studyNameWanted) }
        return text
      }, write: { .text($0) })
  }
}

extension ManifestKind where Value == UInt64 {
  fileprivate static var seed: Self {
    ManifestKind(
      "whole number from 0",
      read: { value in
        guard let text = value.text, let seed = UInt64(text) else {
          throw value.error(wanted: "a whole number from 0 to \(UInt64.max)")
        }
        return seed
      }, write: { .text(String($0)) })
  }
}

extension ManifestKind where Value == [String] {
  /// Hashes; an empty list is not written.
  fileprivate static var digests: Self {
    ManifestKind(
      "list of SHA-256",
      read: { value in
        try value.list(wanted: "a list of SHA-256").map { entry in
          guard let hash = entry.text, isSHA256(hash) else {
            throw entry.error(wanted: "a SHA-256 in 64 hexadecimal digits")
          }
          return hash
        }
      },
      write: { $0.isEmpty ? nil : .list($0.map { .text($0) }) })
  }
}

private func isSHA256(_ text: String) -> Bool { text.wholeMatch(of: /[0-9a-f]{64}/) != nil }

extension ManifestKind where Value == [InputFile: String] {
  /// Hashes of files; an empty mapping is not written.
  fileprivate static var inputs: Self {
    ManifestKind(
      "mapping of paths to SHA-256",
      read: { value in
        var hashes: [InputFile: String] = [:]
        for (path, entry) in try value.openMapping(wanted: "a mapping of paths to SHA-256").entries {
          guard let hash = entry.text, isSHA256(hash) else {
            throw entry.error(wanted: "a SHA-256 in 64 hexadecimal digits")
          }
          hashes[InputFile(path, at: value)] = hash
        }
        return hashes
      },
      write: { inputs in
        inputs.isEmpty
          ? nil
          : .mapping(inputs.map { ($0.key.name, .text($0.value)) }.sorted { $0.0 < $1.0 }, .block)
      })
  }
}
