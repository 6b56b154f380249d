import Support

/// Where the trajectories of an imported study come from: the manifest's `import`, which `paddlewheel import`
/// writes. Such a study has nothing to simulate; its record was made from the files.
package struct ImportSpecification: Equatable, Sendable {
  /// One run, and what reading it has found.
  package struct Run: Equatable, Sendable {
    /// Absolute paths, in the order of time.
    package var files: [String]
    /// By name, such as `lammps-dump`.
    package var format: String
    package var temperature_K: Double
    /// What a step of the record is, ps.
    package var timestep_ps: Double
    /// From record to record of the mobile ions, ps.
    package var frameInterval_ps: Double
    /// From the first record to the last, ps.
    package var sampled_ps: Double

    package init(
      files: [String], format: String, temperature_K: Double, timestep_ps: Double, frameInterval_ps: Double,
      sampled_ps: Double
    ) {
      self.files = files
      self.format = format
      self.temperature_K = temperature_K
      self.timestep_ps = timestep_ps
      self.frameInterval_ps = frameInterval_ps
      self.sampled_ps = sampled_ps
    }
  }

  package var runs: [Run]
  /// Masses in place of the usual ones, by element symbol.
  package var masses_amu: [String: Double] = [:]
  /// Factors on masses that a simulation of this program had.
  package var massScale: [String: Double] = [:]

  package static let keys = ["runs", "masses", "mass-scale"]
  package static let runKeys = ["files", "format", "temperature", "timestep", "frame-interval", "sampled"]

  package init(runs: [Run], masses_amu: [String: Double], massScale: [String: Double]) {
    self.runs = runs
    self.masses_amu = masses_amu
    self.massScale = massScale
  }

  package init(_ value: ManifestValue) throws {
    let mapping = try value.mapping(known: Self.keys)
    let wanted = "a list of runs, as paddlewheel import writes it"
    runs = try mapping.required("runs", wanted: wanted).list(wanted: wanted).map(Self.run)
    if runs.isEmpty || runs.count > maximumRuns { throw value.error(wanted: wanted) }
    masses_amu = try mapping["masses"]?.dictionary(.mass, example: "{H: 2.014 amu}") ?? [:]
    massScale = try mapping["mass-scale"]?.dictionary(.number, example: "{B12H12: 4}") ?? [:]
  }

  private static func run(_ value: ManifestValue) throws -> Run {
    let mapping = try value.mapping(known: runKeys)
    func required(_ key: String) throws -> ManifestValue {
      try mapping.required(key, wanted: "it, as paddlewheel import writes it")
    }
    let folder = SourceFile.folder(of: value.file)
    let files = try required("files").list(wanted: "a list of paths").map {
      absolutePath(try $0.string(wanted: "a path"), from: folder)
    }
    let timestep = try required("timestep")
    let timestep_ps = try timestep.quantity(.time)
    guard (1e-9...1e6).contains(timestep_ps) else {
      throw timestep.error(wanted: "a time from 1e-9 to 1e6 ps")
    }
    func time_ps(_ key: String) throws -> Double {
      let value = try required(key)
      let time = try value.quantity(.time)
      guard time / timestep_ps <= 1e12 else { throw value.error(wanted: "at most 1e12 timesteps") }
      return time
    }
    return Run(
      files: files, format: try required("format").string(wanted: "a format"),
      temperature_K: try required("temperature").quantity(.temperature), timestep_ps: timestep_ps,
      frameInterval_ps: try time_ps("frame-interval"), sampled_ps: try time_ps("sampled"))
  }
}

extension Manifest {
  /// The keys that an imported study may have.
  private static let importedKeys = ["study", "import", "analysis", "inputs"]

  /// A manifest as of a simulation that was all sampling, as far as the analysis asks.
  package init(imported document: ManifestDocument) throws {
    let mapping = try document.root.mapping(known: Self.keys)
    if let extra = mapping.entries.first(where: { !Self.importedKeys.contains($0.key) }) {
      throw InputError(
        place: extra.value.place, key: extra.key, found: "it beside import",
        wanted: "only \(Self.importedKeys.joined(separator: ", ")): nothing of this study is simulated")
    }
    let source = try ImportSpecification(
      mapping.required("import", wanted: "the runs, as paddlewheel import writes them"))
    study = try mapping["study"].map(Self.name) ?? document.defaultName()
    seed = 1
    system = SystemSpecification(file: source.runs[0].files.first ?? "")
    potential = .forceField(.builtIn("paddlewheel-ff"))
    forces = ForceSpecification()
    dynamics = DynamicsSpecification()
    dynamics.masses_amu = source.masses_amu
    dynamics.massScale = source.massScale
    stages = StageSpecification(sampled_ps: source.runs[0].sampled_ps)
    record = try RecordSpecification(nil, dynamics)
    sweep = Sweep()
    analysis = try mapping["analysis"].map(AnalysisSpecification.init) ?? AnalysisSpecification()
    resources = ResourceSpecification()
    inputs = try mapping["inputs"].map(Self.inputs) ?? [:]
    imported = source
  }

  /// The manifest of one of an imported study's runs.
  package func imported(_ run: ImportSpecification.Run) -> Manifest {
    var own = self
    own.imported?.runs = [run]
    own.system = SystemSpecification(file: run.files.first ?? "")
    own.dynamics.timestep_ps = run.timestep_ps
    own.stages = StageSpecification(sampled_ps: run.sampled_ps)
    own.record.mobile_ps = run.frameInterval_ps
    own.record.anions_ps = run.frameInterval_ps
    own.record.all_ps = run.frameInterval_ps
    own.record.observables_ps = run.frameInterval_ps
    return own
  }

  /// Refuses to simulate what was imported.
  /// - Throws: ``InputError``.
  package func requireSimulation() throws {
    guard let imported else { return }
    throw InputError(
      key: "import", found: "a study that was imported (\(imported.runs[0].files.first ?? "") …)",
      wanted: "one to simulate: of an imported one there are only status, aggregate, report and export")
  }
}

extension SystemSpecification {
  /// Atoms as a file has them.
  fileprivate init(file: String) {
    structure = .file(path: file)
    supercell = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
  }
}

extension StageSpecification {
  fileprivate init(sampled_ps: Double) { sample_ps = sampled_ps }
}
