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
  /// What is odd about the sweep.
  package private(set) var warnings: [PlanWarning] = []
  /// Indices of the runs whose sampling stage is longer than in the manifest.
  package private(set) var lengthened: Set<Int> = []
  /// Length of the sampling stage as first planned, ps, of the runs that a newer manifest has made longer, by index.
  package private(set) var firstSample_ps: [Int: Double] = [:]
  /// SHA-256 of the files that only earlier manifests of the study name.
  private var earlierInputs: [InputFile: String] = [:]
  /// The manifest as YAML, with every default and the inputs' SHA-256; itself a valid manifest.
  package private(set) var resolvedYAML: String
  /// The places of the keys, for errors found when the system is built.
  private var places: [String: SourcePlace]

  /// Reads and checks a manifest and expands its sweep into runs. The files that it names have the names that a study's
  /// copies get (``InputFile/isInStudy``).
  /// - Throws: ``InputError``; ``RunFailure`` for an input file that cannot be read.
  package init(manifestAt path: String) throws {
    let document = try ManifestDocument(contentsOf: path)
    try self.init(document, isStudy: false)
  }

  /// The same for a manifest that has been read.
  /// - Throws: as above.
  package init(_ document: ManifestDocument) throws { try self.init(document, isStudy: false) }

  /// Reads the manifest of an existing study, which keeps its names. No other file is looked at.
  /// - Throws: ``InputError``.
  package init(opening path: String) throws {
    try self.init(ManifestDocument(contentsOf: path), isStudy: true)
  }

  package init(yaml: String, file: String) throws {
    try self.init(ManifestDocument(yaml: yaml, file: file), isStudy: false)
  }

  private init(_ document: ManifestDocument, isStudy: Bool) throws {
    if try !document.isImported {
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
      var alone = imported
      alone.runs = [run]
      var own = manifest
      own.source = .imported(alone)
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
    let bare = document.removing("sweep")
    // The values that are not on an axis.
    let single_K = try Self.temperature(sweep, bare, document)
    // What else is missing comes before a temperature.
    if single_K == nil, sweep.axes.isEmpty, !sweep.hasTemperatures { _ = try Manifest(bare) }
    let found = try Self.placing(document) { try SweepPoints(sweep, temperature_K: single_K) }
    try Self.checkSize(found.points, bare, document)
    var manifests: [[RunSpecification.Coordinate]: Manifest] = [:]
    var distinct: [Manifest] = []
    for point in found.points where manifests[point.axes] == nil {
      let manifest = try Self.decode(point.axes, bare, from: document)
      manifests[point.axes] = manifest
      distinct.append(manifest)
    }
    var manifest = distinct[0]
    manifest.updateSimulation { $0.sweep = sweep }
    var isotopes = AtomMasses()
    if verifying {
      manifest.inputs = try InputFiles.verified(distinct, document)
      isotopes = try commonIsotopes(of: distinct, document)
      manifest.addMasses(isotopes)
    }
    let inputs = manifest.inputs
    let seed = try manifest.simulation.seed
    runs = found.points.enumerated().compactMap { index, point in
      guard var own = manifests[point.axes] else { return nil }
      own.inputs = inputs
      own.addMasses(isotopes)
      return RunSpecification(
        index: index, axes: point.axes, temperature_K: point.temperature_K, replica: point.replica,
        seed: seed,
        manifest: own)
    }
    self.manifest = manifest
    warnings = found.idleExclusions.map {
      .idleExclusion(sweep.excluded[$0], place: document.placeOfExclusion($0))
    }
    resolvedYAML = try ManifestWriter.yaml(manifest)
    // What is written has to be read again.
    try YAMLBounds.check(resolvedYAML, file: document.file)
    let paths = ManifestTable.paths + document.paths(under: "stages")
    places = Dictionary(paths.map { ($0, document.place(of: $0)) }) { first, _ in first }
  }

  /// A file under two names, such as `a.cif` and `./a.cif`, is one value of an axis.
  private func refuseFilesTwice(_ document: ManifestDocument) throws {
    for dimension in try manifest.simulation.sweep.dimensions {
      let values = (0..<dimension.count).map { index in dimension.axes.map { $0.values[index] } }
      guard Set(values).count < values.count else { continue }
      throw InputError(
        place: document.place(of: "sweep"),
        key: "sweep.\(dimension.axes.map(\.path).joined(separator: ", "))",
        found: "one file more than once", wanted: "each value once")
    }
  }

  /// The study after it has grown.
  /// - Parameter runs: all of them.
  func merging(_ newest: StudyPlan, _ runs: [RunSpecification], _ growth: StudyGrowth) throws -> StudyPlan {
    var plan = self
    for index in growth.longer {
      plan.lengthened.insert(index)
      plan.firstSample_ps[index] = firstSample_ps[index] ?? self.runs[index].manifest.sample_ps
    }
    plan.runs = runs
    plan.places = newest.places
    plan.earlierInputs.merge(manifest.inputs) { first, _ in first }
    if growth.isGrowth {
      plan.manifest = newest.manifest
      plan.manifest.earlier = manifest.earlier
    } else {
      // The newer manifest may list fewer runs: those on disk are still the study's.
      let resources = try newest.manifest.simulation.resources
      plan.manifest.analysis = newest.manifest.analysis
      plan.manifest.updateSimulation { $0.resources = resources }
    }
    plan.resolvedYAML = try ManifestWriter.yaml(plan.manifest)
    return plan
  }

  /// The plan of a study that had other manifests before.
  /// - Parameter digests: SHA-256 of these, oldest first.
  package func following(_ digests: [String]) throws -> StudyPlan {
    guard digests != manifest.earlier else { return self }
    var plan = self
    plan.manifest.earlier = digests
    plan.resolvedYAML = try ManifestWriter.yaml(plan.manifest)
    return plan
  }

  /// The SHA-256 of a file, as the plan has it.
  package func digest(of file: InputFile) -> String? { manifest.inputs[file] ?? earlierInputs[file] }

  /// Extends a run's sampling stage; a shorter one changes nothing.
  package mutating func lengthen(_ index: Int, to sample_ps: Double) {
    guard let now_ps = runs[index].manifest.sample_ps, sample_ps > now_ps else { return }
    runs[index].manifest.updateSimulation { $0.stages.sample_ps = sample_ps }
    lengthened.insert(index)
  }

  /// The place of a key of the manifest in its file; nil for a key that it can't have.
  func place(of key: String) -> SourcePlace? { places[key] }

  /// Adds the place in the file to an error about a key of the manifest.
  func placing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch var error as InputError {
      if error.place == nil, let key = error.key { error.place = places[key] }
      throw error
    }
  }

  /// The place of the sweep for an error that has none.
  private static func placing<T>(_ document: ManifestDocument, _ body: () throws -> T) throws -> T {
    do { return try body() } catch var error as InputError {
      if error.place == nil { error.place = document.place(of: error.key ?? "sweep") }
      throw error
    }
  }

  /// The temperature of points whose sweep gives none.
  private static func temperature(_ sweep: Sweep, _ bare: ManifestDocument, _ document: ManifestDocument)
    throws
    -> Double?
  {
    guard
      let value = try bare.root.mapping(known: ManifestDraft.schema.names)["dynamics"]?.node.mapping?[
        "temperature"],
      value.scalar?.string != "none"
    else { return nil }
    let place = document.place(of: "dynamics.temperature")
    guard !sweep.hasTemperatures else {
      throw InputError(
        place: place, key: "dynamics.temperature", found: "a temperature beside sweep.temperature",
        wanted: "one of the two")
    }
    return try ManifestValue(node: value, path: "dynamics.temperature", file: document.file)
      .quantity(.temperature)
  }

  private static func checkSize(
    _ points: [SweepPoint], _ bare: ManifestDocument, _ document: ManifestDocument
  )
    throws
  {
    // A value of an axis has no more keys and values than characters.
    let size = points.reduce(into: Set()) { $0.insert($1.axes) }.map { axes in
      axes.reduce(0) { $0 + $1.value.utf8.count }
    }
    let most = count(bare.node) + (size.max() ?? 0)
    guard size.count <= maximumDecoded / most else {
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep",
        found: "\(size.count) points with some \(most) keys and values each",
        wanted: "at most \(maximumDecoded) in all")
    }
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
      if let key = error.key, let axis = blamed(for: key, among: axes) {
        error.place = try document.placeInSweep(of: axis) ?? error.place
        error.message = [error.message, "a value of the axis '\(axis.axis)'"]
          .compactMap { $0 }.joined(separator: "; ")
      }
      throw error
    }
  }

  /// The axis that gave the value of a key: the one that reaches deepest into its path, else one below it.
  private static func blamed(for key: String, among axes: [RunSpecification.Coordinate])
    -> RunSpecification.Coordinate?
  {
    let above = axes.filter { key == $0.axis || key.hasPrefix($0.axis + ".") || key.hasPrefix($0.axis + "[") }
    return above.max { $0.axis.count < $1.axis.count } ?? axes.first { $0.axis.hasPrefix(key + ".") }
  }
}
