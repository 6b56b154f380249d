import Units

/// A change of a study that its runs do not allow: they would no longer be what they were planned as.
package struct GrowthConflict: Error, Equatable {
  /// The keys, each with the value in the study and the one wanted.
  package var differences: [StudyDifference]
  /// Indices of the runs that the change concerns.
  package var runs: [Int]
}

/// What a newer manifest changes of a study's runs.
package struct StudyGrowth: Equatable, Sendable {
  /// Indices of the new runs.
  package var added: Range<Int>
  /// Indices of the runs whose sampling stage becomes longer.
  package var longer: [Int]
  /// Indices of runs of the study that the newer manifest does not list. They stay.
  package var unlisted: [Int]

  /// Whether runs are new or longer.
  package var isGrowth: Bool { !added.isEmpty || !longer.isEmpty }
}

extension StudyPlan {
  /// The study with the runs of a newer manifest beside its own.
  ///
  /// A run is the same where it computes and records the same: it keeps its index and its folder, and takes its analysis,
  /// its resources and a longer sampling stage from the newer manifest. Other runs of that manifest are appended in their
  /// order; runs that it does not list stay.
  /// - Throws: ``GrowthConflict`` where a key that is no axis has another value and where a run would become shorter.
  package func grown(by newest: StudyPlan) throws -> (plan: StudyPlan, growth: StudyGrowth) {
    let differences = try conflicts(with: newest)
    guard differences.isEmpty else {
      throw GrowthConflict(differences: differences, runs: Array(runs.indices))
    }
    var merge = try GrowthMerge(self, newest)
    for run in newest.runs { try merge.add(run) }
    let growth = StudyGrowth(
      added: runs.count..<merge.runs.count, longer: merge.longer.sorted(),
      unlisted: runs.indices.filter { !merge.matched.contains($0) })
    return (try merging(newest, merge.finished(), growth), growth)
  }

  /// The keys with different values in both manifests that no axis of either varies.
  private func conflicts(with newest: StudyPlan) throws -> [StudyDifference] {
    let axes = try [self, newest].reduce(into: Set<String>()) { axes, plan in
      let sweep = try plan.manifest.simulation.sweep
      axes.formUnion((sweep.axes + sweep.included.joined()).map(\.path))
    }
    return try StudyDifference.between(yamlOfContents(), newest.yamlOfContents()).filter { difference in
      !difference.affectsOnlyAnalysis && !RunPhysics.isOfRunsAlone(difference.key)
        && !axes.contains { RunPhysics.overlap($0, difference.key) }
    }
  }
}

/// What a run computes and records, apart from its temperature, its replica and the length of its sampling stage.
struct RunPhysics: Hashable {
  /// The values of the keys that matter, files by their SHA-256.
  let values: [String: String]

  /// - Throws: what writing the manifest throws.
  init(_ run: RunSpecification) throws {
    var manifest = run.manifest
    let digests = manifest.inputs
    manifest.changeFiles { InputFile(path: "", name: digests[$0] ?? $0.name) }
    manifest.inputs = [:]
    manifest.updateSimulation { $0.potential.accept = .withCare }
    values = try StudyDifference.values(in: ManifestWriter.yaml(manifest)).filter { key, _ in
      !ManifestTable.affectsOnlyAnalysis(key) && !Self.isOfRunsAlone(key)
    }
  }

  /// Whether a key differs between the runs of one study, or describes it and not what is computed.
  static func isOfRunsAlone(_ key: String) -> Bool {
    [sampleKey, "\(sampleKey).time"].contains(key)
      || ["sweep", "inputs", "dynamics.temperature"].contains { overlap($0, key) }
  }

  static let sampleKey = "stages.sample"

  /// Whether one path is the other or leads to it.
  static func overlap(_ one: String, _ other: String) -> Bool {
    one == other || one.hasPrefix(other + ".") || other.hasPrefix(one + ".")
  }
}

/// The runs of a study while those of a newer manifest are added.
private struct GrowthMerge {
  private(set) var runs: [RunSpecification]
  private(set) var longer: Set<Int> = []
  private(set) var matched: Set<Int> = []
  private let newest: StudyPlan
  /// Runs of the study before.
  private let before: Int
  /// All axes: the newest manifest's, then those that only earlier ones have.
  private let axes: [String]
  /// Indices of the study's runs by what they compute.
  private var known: [Key: [Int]] = [:]
  private var physics: [[RunSpecification.Coordinate]: RunPhysics] = [:]

  private struct Key: Hashable {
    var temperature_K: Double
    var replica: Int
    var seed: UInt64
    var physics: RunPhysics
  }

  init(_ study: StudyPlan, _ newest: StudyPlan) throws {
    runs = study.runs
    self.newest = newest
    before = study.runs.count
    let own = newest.runs.first?.otherAxes.map(\.axis) ?? []
    let others = study.runs.first?.otherAxes.map(\.axis) ?? []
    axes = own + others.filter { !own.contains($0) }
    for (index, run) in study.runs.enumerated() { known[try key(run), default: []].append(index) }
    physics = [:]
  }

  /// The points of one manifest share their physics.
  private mutating func key(_ run: RunSpecification) throws -> Key {
    let own = try physics[run.otherAxes] ?? RunPhysics(run)
    physics[run.otherAxes] = own
    return Key(temperature_K: run.temperature_K, replica: run.replica, seed: run.seed, physics: own)
  }

  mutating func add(_ run: RunSpecification) throws {
    let candidates = try known[key(run), default: []].filter { !matched.contains($0) }
    guard let index = candidates.first(where: { runs[$0].otherAxes == run.otherAxes }) ?? candidates.first
    else {
      var run = run
      run.renumber(as: runs.count)
      return runs.append(run)
    }
    matched.insert(index)
    let now_ps = runs[index].manifest.sample_ps ?? 0
    let wanted_ps = run.manifest.sample_ps ?? 0
    guard wanted_ps >= now_ps * (1 - 1e-12) else {
      throw GrowthConflict(
        differences: [
          StudyDifference(
            key: RunPhysics.sampleKey, there: Quantity.print(now_ps, as: .time),
            here: Quantity.print(wanted_ps, as: .time))
        ], runs: [index])
    }
    if wanted_ps > now_ps * (1 + 1e-12) { longer.insert(index) }
    var same = run
    same.index = index
    same.directoryName = runs[index].directoryName
    runs[index] = same
  }

  /// All runs, each with its values on all axes. Those that the newest manifest does not list get its analysis.
  func finished() throws -> [RunSpecification] {
    let resources = try newest.manifest.simulation.resources
    return try runs.enumerated().map { index, run in
      var run = run
      if index < before, !matched.contains(index) {
        run.manifest.analysis = newest.manifest.analysis
        run.manifest.updateSimulation { $0.resources = resources }
      }
      let missing = axes.filter { axis in !run.otherAxes.contains { $0.axis == axis } }
      let values = missing.isEmpty ? [:] : try StudyDifference.values(in: ManifestWriter.yaml(run.manifest))
      let all = axes.map { axis in
        run.otherAxes.first { $0.axis == axis }
          ?? RunSpecification.Coordinate(axis: axis, value: values[axis] ?? "none")
      }
      run.point = all + run.point.suffix(2)
      return run
    }
  }
}
