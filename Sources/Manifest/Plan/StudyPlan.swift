import Support

/// A study's manifest and the runs that its sweep unfolds into.
package struct StudyPlan: Sendable {
  /// The study's own: every default filled in, and the first value of every axis other than temperature
  /// and replica in its place.
  package let manifest: Manifest
  /// In the order of their indices: replica fastest, then temperature, then the other axes.
  package private(set) var runs: [RunSpecification]
  /// Runs that are to be longer than the manifest says.
  package private(set) var lengthened: Set<Int> = []
  /// The manifest as YAML, every default and the inputs' SHA-256 written out; itself a valid manifest.
  package let resolvedYAML: String
  /// Where the keys stand that only the built system can judge.
  private let places: [String: SourcePlace]

  /// Reads, checks and unfolds a manifest, and refuses what this version can't do.
  /// - Throws: ``InputError``; ``RunFailure`` where an input file can't be read.
  package init(manifestAt path: String) throws {
    let document = try ManifestDocument(contentsOf: path)
    try self.init(document)
  }

  package init(yaml: String, file: String) throws {
    try self.init(ManifestDocument(yaml: yaml, file: file))
  }

  private init(_ document: ManifestDocument) throws {
    if try document.root.mapping(known: Manifest.keys)["import"] == nil {
      try self.init(swept: document)
    } else {
      try self.init(imported: document)
    }
  }

  /// The runs of an imported study are those that its manifest lists; runs at one temperature are replicas.
  /// The files that they came from may be gone: what counts is the record.
  private init(imported document: ManifestDocument) throws {
    manifest = try Manifest(imported: document)
    var replicas: [Double: Int] = [:]
    var runs: [RunSpecification] = []
    for source in manifest.imported?.runs ?? [] {
      replicas[source.temperature_K, default: 0] += 1
      runs.append(
        RunSpecification(
          index: runs.count, axes: [], temperature_K: source.temperature_K,
          replica: replicas[source.temperature_K] ?? 1, seed: manifest.seed,
          manifest: manifest.imported(source)))
    }
    self.runs = runs
    resolvedYAML = try ManifestWriter.yaml(manifest)
    places = [:]
  }

  private init(swept document: ManifestDocument) throws {
    let top = try document.root.mapping(known: Manifest.keys)
    let sweep = try top["sweep"].map(Sweep.init) ?? Sweep()
    let points = try Self.points(sweep, document)
    var manifest = points[0].manifest
    manifest.sweep = sweep
    let temperatures = try Self.temperatures(sweep, manifest, document)
    let count = points.count * temperatures.count * sweep.replicas.count
    guard count <= maximumRuns else {
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep", found: "\(count) runs",
        wanted: "at most \(maximumRuns)")
    }
    manifest.inputs = try InputFiles.verified(points.map(\.manifest), document)
    var runs: [RunSpecification] = []
    runs.reserveCapacity(count)
    for point in points {
      var own = point.manifest
      own.inputs = manifest.inputs
      for temperature in temperatures {
        for replica in sweep.replicas {
          runs.append(
            RunSpecification(
              index: runs.count, axes: point.axes, temperature_K: temperature, replica: replica,
              seed: manifest.seed, manifest: own))
        }
      }
    }
    self.manifest = manifest
    self.runs = runs
    resolvedYAML = try ManifestWriter.yaml(manifest)
    let keys = [
      "system", "system.structure", "potential", "forces.cutoff", "analysis.mobile", "analysis.drift",
      "dynamics.freeze", "dynamics.rigid", "dynamics.masses", "dynamics.mass-scale", "dynamics.barostat",
      "dynamics.multiple-timestep", "stages.relax", "resources.ranks",
    ]
    places = Dictionary(uniqueKeysWithValues: keys.map { ($0, document.place(of: $0)) })
  }

  /// Gives a run a longer sampling stage; a shorter one changes nothing.
  package mutating func lengthen(_ index: Int, to sample_ps: Double) {
    guard let now_ps = runs[index].manifest.stages.sample_ps, sample_ps > now_ps else { return }
    runs[index].manifest.stages.sample_ps = sample_ps
    lengthened.insert(index)
  }

  /// Gives an error about a key of the manifest its place in the file.
  func placing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch var error as InputError {
      if error.place == nil, let key = error.key { error.place = places[key] }
      throw error
    }
  }

  private static func temperatures(
    _ sweep: Sweep, _ manifest: Manifest, _ document: ManifestDocument
  ) throws -> [Double] {
    switch (sweep.temperatures_K.isEmpty, manifest.dynamics.temperature_K) {
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

  /// Every combination of the axes other than temperature and replica, each decoded and checked by itself.
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
    // Decoded with each point, a sweep of many values would take most of the time.
    let bare = document.removing("sweep")
    return try combinations.map { axes in (axes, try decode(axes, bare, from: document)) }
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
      // The value came from the sweep, so that is where the reader must look.
      if let key = error.key,
        let axis = axes.first(where: { key.hasPrefix($0.axis) || $0.axis.hasPrefix(key + ".") })
      {
        error.place = try document.root.mapping(known: Manifest.keys)["sweep"]?
          .openMapping(wanted: "axes")[axis.axis]?.place
        error.message = [error.message, "a value of the axis '\(axis.axis)'"]
          .compactMap { $0 }.joined(separator: "; ")
      }
      throw error
    }
  }
}
