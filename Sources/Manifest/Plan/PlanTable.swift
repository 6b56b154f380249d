/// What `plan --json` prints: every run with what it will cost.
package struct PlanTable: Codable, Equatable, Sendable {
  package struct Row: Codable, Equatable, Sendable {
    package var index: Int
    package var directory: String
    package var point: [String: String]
    /// The x of a family that the run's system really has.
    package var composition: Double?
    package var atoms: Int?
    package var steps: Int
    package var time_ps: Double
    package var estimatedTime_s: Double?
    package var estimatedDisk_bytes: Double?

    enum CodingKeys: String, CodingKey {
      case index, directory, point, composition, atoms, steps, time_ps
      case estimatedTime_s = "estimated_time_s"
      case estimatedDisk_bytes = "estimated_disk_bytes"
    }

    /// Every key is there; what is not known is null.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(index, forKey: .index)
      try container.encode(directory, forKey: .directory)
      try container.encode(point, forKey: .point)
      try container.encode(composition, forKey: .composition)
      try container.encode(atoms, forKey: .atoms)
      try container.encode(steps, forKey: .steps)
      try container.encode(time_ps, forKey: .time_ps)
      try container.encode(estimatedTime_s, forKey: .estimatedTime_s)
      try container.encode(estimatedDisk_bytes, forKey: .estimatedDisk_bytes)
    }
  }

  package var study: String
  package var ranks: Int
  package var runs: [Row]

  package var estimatedTime_s: Double? { total(\.estimatedTime_s) }
  package var estimatedDisk_bytes: Double? { total(\.estimatedDisk_bytes) }

  /// - Parameters:
  ///   - size: counts the system of a run.
  ///   - pace: atoms times steps per second of a run.
  /// - Throws: what `size` throws, such as ``InputError`` for a structure that can't be built.
  package init(
    _ plan: StudyPlan, ranks: Int? = nil, size: (Manifest) throws -> SystemSize?,
    pace: (Manifest, Int) -> Double?
  ) throws {
    study = plan.manifest.study
    self.ranks = ranks ?? plan.manifest.resources.ranks
    var rows: [Row] = []
    // Points differ in the system only along the other axes: one count serves all temperatures.
    var last: (axes: [RunSpecification.Coordinate], size: SystemSize?)?
    for run in plan.runs {
      var manifest = run.manifest
      manifest.resources.ranks = ranks ?? manifest.resources.ranks
      let counted = last?.axes == run.otherAxes ? last?.size : try plan.placing { try size(manifest) }
      last = (run.otherAxes, counted)
      let steps = run.manifest.steps
      let runRanks = ranks ?? run.manifest.resources.ranks
      rows.append(
        Row(
          index: run.index, directory: run.directoryName,
          point: Dictionary(run.point.map { ($0.axis, $0.value) }) { first, _ in first },
          composition: counted?.composition, atoms: counted?.atoms, steps: steps,
          time_ps: run.manifest.time_ps,
          estimatedTime_s: counted.flatMap { size in
            pace(run.manifest, runRanks).map { Double(steps) * Double(size.atoms) / $0 }
          },
          estimatedDisk_bytes: counted.map { recordedBytes(run.manifest, $0) }))
    }
    runs = rows
  }

  private func total(_ column: KeyPath<Row, Double?>) -> Double? {
    let values = runs.compactMap { $0[keyPath: column] }
    return values.count == runs.count && !values.isEmpty ? values.reduce(0, +) : nil
  }
}

/// Bytes of a run's record before compression: 12 for a position in single precision, 28 for the centre and
/// the quaternion of an anion, 120 for a row of observables, and two checkpoints of 60 an atom.
private func recordedBytes(_ manifest: Manifest, _ size: SystemSize) -> Double {
  let record = manifest.record
  let sampled_ps = manifest.stages.sample_ps ?? 0
  func frames(_ interval_ps: Double) -> Double { (sampled_ps / interval_ps).rounded(.down) + 1 }
  let sampled =
    frames(record.all_ps) * 12 * Double(size.atoms)
    + frames(record.mobile_ps) * 12 * Double(size.mobile)
    + frames(record.anions_ps) * 28 * Double(size.anions)
  return sampled + manifest.time_ps / record.observables_ps * 120 + 120 * Double(size.atoms)
}
