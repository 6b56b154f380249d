import Model
import Support

/// The table that `plan` prints: every run with its estimated cost.
package struct PlanTable: Codable, Equatable, Sendable {
  package struct Row: Codable, Equatable, Sendable {
    package var index: Int
    package var directory: String
    package var point: [String: String]
    /// The x of the run's system as built; nil where the structure is not a family.
    package var composition: Double?
    /// The ions of the run's system: `16 Na, 8 PS4`.
    package var ions: String?
    package var atoms: Int?
    package var steps: Int
    package var time_ps: Double
    /// In their order; empty for an imported run.
    package var stages: [Stage]
    package var estimatedTime_s: Double?
    package var estimatedDisk_bytes: Double?

    /// A stage of the run.
    package struct Stage: Codable, Equatable, Sendable {
      package var name: String
      /// Of the dynamics; 0 for a minimisation.
      package var steps: Int
      package var time_ps: Double
      /// What it does, in a few words.
      package var summary: String
    }

    enum CodingKeys: String, CodingKey {
      case index, directory, point, composition, ions, atoms, steps, time_ps, stages
      case estimatedTime_s = "estimated_time_s"
      case estimatedDisk_bytes = "estimated_disk_bytes"
    }

    /// Writes every key; unknown values are null.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(index, forKey: .index)
      try container.encode(directory, forKey: .directory)
      try container.encode(point, forKey: .point)
      try container.encode(composition, forKey: .composition)
      try container.encode(ions, forKey: .ions)
      try container.encode(atoms, forKey: .atoms)
      try container.encode(steps, forKey: .steps)
      try container.encode(time_ps, forKey: .time_ps)
      try container.encode(stages, forKey: .stages)
      try container.encode(estimatedTime_s, forKey: .estimatedTime_s)
      try container.encode(estimatedDisk_bytes, forKey: .estimatedDisk_bytes)
    }
  }

  package var study: String
  /// Of each run; nil where they are to be chosen.
  @Nullable package var ranks: Int?
  package var runs: [Row]
  /// Warnings about the systems, each once; not part of the JSON.
  package var warnings: [String] = []
  /// What the potentials say of the salts, each once.
  package var potentials: [PotentialVerdict] = []
  /// Why the study can't be started: the first salt for which its potential is less to be trusted than the manifest accepts.
  package private(set) var refusal: PotentialRefusal?

  enum CodingKeys: CodingKey { case study, ranks, runs, potentials }

  package var estimatedTime_s: Double? { total(\.estimatedTime_s) }
  package var estimatedDisk_bytes: Double? { total(\.estimatedDisk_bytes) }

  /// - Parameters:
  ///   - ranks: for each run; replaces the manifest's.
  ///   - estimate: builds the system of a run; called once for those that differ in nothing that a system is built from.
  ///   - pace: atoms times steps per second of a run.
  ///   - isPlanned: whether the runs are still to be made: settings that can't work are errors then, not warnings.
  /// - Throws: what `estimate` throws, such as ``InputError`` for a structure that cannot be built.
  package init(
    _ plan: StudyPlan, ranks: Int? = nil, estimate: (Manifest) throws -> SystemEstimate,
    pace: (Manifest, Int) -> Double?, isPlanned: Bool = true
  ) throws {
    study = plan.manifest.study
    self.ranks = ranks ?? plan.manifest.ranks
    var rows: [Row] = []
    rows.reserveCapacity(plan.runs.count)
    var warnings = plan.warnings.map(\.description)
    var potentials: [PotentialVerdict] = []
    var refusal: PotentialRefusal?
    var known: [(of: Manifest, system: SystemEstimate)] = []
    // The temperatures whose settings were compared with usual ones, at the same axes.
    var checked: Set<Double> = []
    var last: (axes: [RunSpecification.Coordinate], system: SystemEstimate)?
    for run in plan.runs {
      var manifest = run.manifest
      if let ranks { manifest.updateSimulation { $0.resources.ranks = ranks } }
      let system: SystemEstimate
      if let last, last.axes == run.otherAxes {
        system = last.system
      } else {
        let key = manifest.ofSystem
        if let found = known.first(where: { $0.of == key }) {
          system = found.system
        } else {
          system = try plan.placing { try estimate(manifest) }
          known.append((key, system))
          if known.count > Self.mostKnown { known.removeFirst() }
          if let verdict = system.verdict, !potentials.contains(verdict) { potentials.append(verdict) }
          refusal =
            refusal
            ?? system.verdict.flatMap {
              manifest.simulated?.potential.refusal($0, place: plan.place(of: "potential"))
            }
          warnings += system.warnings.filter { !warnings.contains($0) }
        }
      }
      if last?.axes != run.otherAxes { checked = [] }
      last = (run.otherAxes, system)
      if let simulation = manifest.simulated, checked.insert(run.temperature_K).inserted {
        let ranges = RangeCheck(simulation, temperature_K: run.temperature_K, vibrations: system.vibrations)
        for finding in ranges.findings {
          if finding.isError, isPlanned { try plan.placing { throw finding.error } }
          let warning = (plan.place(of: finding.key).map { "\($0): " } ?? "") + finding.warning
          if !warnings.contains(warning) { warnings.append(warning) }
        }
      }
      rows.append(Row(run, system, atomStepsPerSecond: pace(manifest, manifest.ranks ?? 1)))
    }
    runs = rows
    self.warnings = warnings
    self.potentials = potentials
    self.refusal = refusal
  }

  /// Systems that are kept to be compared with.
  private static let mostKnown = 64

  private func total(_ column: KeyPath<Row, Double?>) -> Double? {
    let values = runs.compactMap { $0[keyPath: column] }
    return values.count == runs.count && !values.isEmpty ? values.reduce(0, +) : nil
  }
}

extension Manifest {
  /// What a system is built from: without what only its motion depends on.
  fileprivate var ofSystem: Manifest {
    var manifest = self
    manifest.updateSimulation {
      $0.sweep = Sweep()
      $0.stages = $0.stages.ofSystem
      $0.record = RecordSpecification()
      $0.dynamics.thermostat = nil
      $0.dynamics.barostat = nil
      $0.dynamics.pressure_GPa = nil
      $0.dynamics.temperature_K = nil
    }
    return manifest
  }
}

extension PlanTable.Row {
  fileprivate init(_ run: RunSpecification, _ system: SystemEstimate, atomStepsPerSecond: Double?) {
    let steps = run.manifest.steps
    index = run.index
    directory = run.directoryName
    point = Dictionary(run.point.map { ($0.axis, $0.value) }) { first, _ in first }
    composition = system.composition
    ions = system.ions.isEmpty ? nil : system.ions
    atoms = system.atoms
    self.steps = steps
    time_ps = run.manifest.time_ps
    stages = (run.manifest.simulated?.stageSettings(at: run.temperature_K) ?? []).map {
      Stage(name: $0.name, steps: $0.steps, time_ps: $0.time_ps, summary: $0.summary)
    }
    estimatedTime_s = atomStepsPerSecond.map { Double(steps) * Double(system.atoms) / $0 }
    estimatedDisk_bytes = run.manifest.simulated.map { recordedBytes($0, system) }
  }
}

/// Bytes of a run's record before compression: 12 for a position in single precision, 28 for the centre and
/// the quaternion of an anion, 120 for a row of observables, and two checkpoints with 60 per atom.
private func recordedBytes(_ simulation: SimulationSpecification, _ system: SystemEstimate) -> Double {
  let record = simulation.record
  let recorded = simulation.stageSettings(at: 0).filter(\.records)
  func frames(_ interval_ps: Double) -> Double {
    recorded.reduce(0) { $0 + ($1.time_ps / interval_ps).rounded(.down) + 1 }
  }
  let sampled =
    frames(record.all_ps) * 12 * Double(system.atoms)
    + frames(record.mobile_ps) * 12 * Double(system.mobile)
    + frames(record.anions_ps) * 28 * Double(system.anions)
  return sampled + simulation.time_ps / record.observables_ps * 120 + 120 * Double(system.atoms)
}
