import Crystal
import Support
import Yams

/// A study's manifest and the runs of its sweep.
package struct StudyPlan: Sendable {
  /// The study's own manifest: with every default, and with the first value of every axis other than
  /// temperature and replica.
  package private(set) var manifest: Manifest
  /// By index: replica varies fastest, then temperature, then the other axes.
  package private(set) var runs: [RunSpecification]
  /// Indices of the runs whose sampling stage is longer than in the manifest.
  package private(set) var lengthened: Set<Int> = []
  /// The manifest as YAML, with every default and the inputs' SHA-256; itself a valid manifest.
  package private(set) var resolvedYAML: String
  /// The places of the keys, for errors found when the system is built.
  private let places: [String: SourcePlace]

  /// Reads and checks a manifest and expands its sweep into runs. The files that it names have the names that a study's
  /// copies get (``InputFile/isInStudy``).
  /// - Throws: ``InputError``; ``RunFailure`` for an input file that cannot be read.
  package init(manifestAt path: String) throws {
    let document = try ManifestDocument(contentsOf: path)
    try self.init(document, isStudy: false)
  }

  /// Reads the manifest of an existing study, which keeps its names. No other file is looked at.
  /// - Throws: ``InputError``.
  package init(opening path: String) throws {
    try self.init(ManifestDocument(contentsOf: path), isStudy: true)
  }

  package init(yaml: String, file: String) throws {
    try self.init(ManifestDocument(yaml: yaml, file: file), isStudy: false)
  }

  private init(_ document: ManifestDocument, isStudy: Bool) throws {
    if try document.root.mapping(known: ManifestDraft.schema.names)["import"] == nil {
      let plan = try StudyPlan(swept: document, verifying: !isStudy)
      let names = InputNames.inStudy(plan.files)
      self =
        try isStudy
        ? plan : plan.changingFiles { InputFile(path: $0.path, name: names[$0.path] ?? $0.name) }
      try refuseFilesTwice(document)
    } else {
      try self.init(imported: Manifest(document))
    }
  }

  /// The runs of an imported study are those in its manifest; runs at one temperature are replicas.
  /// The original files may no longer exist: only the record is needed.
  private init(imported manifest: Manifest) throws {
    self.manifest = manifest
    guard let imported = manifest.imported else {
      throw InputError(key: "import", found: "nothing", wanted: "the runs of an imported study")
    }
    var replicas: [Double: Int] = [:]
    var runs: [RunSpecification] = []
    for run in imported.runs {
      replicas[run.temperature_K, default: 0] += 1
      var own = manifest
      own.source = .imported(
        ImportSpecification(
          runs: [run], masses_amu: imported.masses_amu, massScale: imported.massScale,
          declared: imported.declared))
      runs.append(
        RunSpecification(
          index: runs.count, axes: [], temperature_K: run.temperature_K,
          replica: replicas[run.temperature_K] ?? 1, seed: 1, manifest: own))
    }
    self.runs = runs
    resolvedYAML = try ManifestWriter.yaml(manifest)
    places = [:]
  }

  /// A plan of the same places and lengths with other runs.
  init(_ plan: StudyPlan, manifest: Manifest, runs: [RunSpecification]) throws {
    self = plan
    self.manifest = manifest
    self.runs = runs
    resolvedYAML = try ManifestWriter.yaml(manifest)
  }

  /// - Parameter verifying: whether the files are looked at; else their hashes are what the manifest says.
  private init(swept document: ManifestDocument, verifying: Bool) throws {
    let sweep = try Sweep.of(document)
    let points = try Self.points(sweep, document)
    var manifest = points[0].manifest
    let simulation = try manifest.simulation
    manifest.updateSimulation { $0.sweep = sweep }
    let temperatures = try Self.temperatures(sweep, simulation, document)
    let count = points.count * temperatures.count * sweep.replicas.count
    guard count <= maximumRuns else {
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep", found: "\(count) runs",
        wanted: "at most \(maximumRuns)")
    }
    var isotopes = AtomMasses()
    if verifying {
      manifest.inputs = try InputFiles.verified(points.map(\.manifest), document)
      isotopes = try commonIsotopes(of: points.map(\.manifest), document)
      manifest.addMasses(isotopes)
    }
    var runs: [RunSpecification] = []
    runs.reserveCapacity(count)
    for point in points {
      var own = point.manifest
      own.inputs = manifest.inputs
      own.addMasses(isotopes)
      for temperature in temperatures {
        for replica in sweep.replicas {
          runs.append(
            RunSpecification(
              index: runs.count, axes: point.axes, temperature_K: temperature, replica: replica,
              seed: simulation.seed, manifest: own))
        }
      }
    }
    self.manifest = manifest
    self.runs = runs
    resolvedYAML = try ManifestWriter.yaml(manifest)
    // What is written has to be read again.
    try YAMLBounds.check(resolvedYAML, file: document.file)
    places = Dictionary(uniqueKeysWithValues: ManifestTable.paths.map { ($0, document.place(of: $0)) })
  }

  /// A file under two names, such as `a.cif` and `./a.cif`, is one value of an axis.
  private func refuseFilesTwice(_ document: ManifestDocument) throws {
    for axis in try manifest.simulation.sweep.axes where Set(axis.values).count < axis.values.count {
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep.\(axis.path)", found: "one file more than once",
        wanted: "each value once")
    }
  }

  /// Extends a run's sampling stage; a shorter one changes nothing.
  package mutating func lengthen(_ index: Int, to sample_ps: Double) {
    guard let now_ps = runs[index].manifest.sample_ps, sample_ps > now_ps else { return }
    runs[index].manifest.updateSimulation { $0.stages.sample_ps = sample_ps }
    lengthened.insert(index)
  }

  /// Adds the place in the file to an error about a key of the manifest.
  func placing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch var error as InputError {
      if error.place == nil, let key = error.key { error.place = places[key] }
      throw error
    }
  }

  private static func temperatures(
    _ sweep: Sweep, _ simulation: SimulationSpecification, _ document: ManifestDocument
  ) throws -> [Double] {
    switch (sweep.temperatures_K.isEmpty, simulation.dynamics.temperature_K) {
    case (true, let single?): return [single]
    case (false, nil): return sweep.temperatures_K
    case (true, nil):
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep.temperature", found: "nothing",
        wanted: "the temperatures here, or a single one as dynamics.temperature")
    case (false, _?):
      throw InputError(
        place: document.place(of: "dynamics.temperature"), key: "dynamics.temperature",
        found: "a temperature beside sweep.temperature", wanted: "one of the two")
    }
  }

  private typealias Point = (axes: [RunSpecification.Coordinate], manifest: Manifest)

  /// Every combination of the axes other than temperature and replica, each decoded and checked on its own.
  private static func points(_ sweep: Sweep, _ document: ManifestDocument) throws -> [Point] {
    var combinations: [[RunSpecification.Coordinate]] = [[]]
    for axis in sweep.axes {
      guard combinations.count * axis.values.count <= maximumRuns else {
        throw InputError(
          place: document.place(of: "sweep"), key: "sweep", found: "too many runs",
          wanted: "at most \(maximumRuns)")
      }
      combinations = combinations.flatMap { left in
        axis.values.map { left + [RunSpecification.Coordinate(axis: axis.path, value: $0)] }
      }
    }
    // Without this every point would decode the whole sweep again.
    let bare = document.removing("sweep")
    // A value of an axis has no more keys and values than characters.
    let size = sweep.axes.reduce(count(bare.node)) { $0 + ($1.values.map(\.utf8.count).max() ?? 0) }
    guard combinations.count <= maximumDecoded / size else {
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep",
        found: "\(combinations.count) points with some \(size) keys and values each",
        wanted: "at most \(maximumDecoded) in all")
    }
    return try combinations.map { axes in (axes, try decode(axes, bare, from: document)) }
  }

  /// The keys, values, lists and mappings of a node.
  private static func count(_ node: Node) -> Int {
    switch node {
    case .scalar, .alias: 1
    case .mapping(let mapping): mapping.reduce(1) { $0 + count($1.key) + count($1.value) }
    case .sequence(let items): items.reduce(1) { $0 + count($1) }
    }
  }

  /// - Parameter bare: `document` without its sweep.
  private static func decode(
    _ axes: [RunSpecification.Coordinate], _ bare: ManifestDocument, from document: ManifestDocument
  ) throws -> Manifest {
    var current = bare
    for axis in axes { current = try current.replacing(axis.axis, with: axis.value) }
    do {
      return try Manifest(current)
    } catch var error as InputError {
      // The value came from the sweep: report its place there.
      if let key = error.key,
        let axis = axes.first(where: { key.hasPrefix($0.axis) || $0.axis.hasPrefix(key + ".") })
      {
        error.place = try document.root.mapping(known: ManifestDraft.schema.names)["sweep"]?
          .openMapping(wanted: "axes")[axis.axis]?.place
        error.message = [error.message, "a value of the axis '\(axis.axis)'"]
          .compactMap { $0 }.joined(separator: "; ")
      }
      throw error
    }
  }
}
