import Foundation

@testable import Crystal
@testable import Manifest
@testable import Mathematics
@testable import Runner
@testable import StudyStore
@testable import Support
@testable import Trajectory

/// A study whose runs are all done, without a simulation.
///
/// Records are short, so that their number and not their length takes the time. Only a few are written, by
/// the writers that a simulation uses: ions on a random walk, faster at higher temperature, and rotating
/// anions. All other runs link to one of them at their temperature. So a record carries the identity of the
/// run that it was written for; readers compare it only among the files of one run, and here each run has one
/// file.
enum LargeStudy {
  static let name = "large"
  /// Different records at each temperature, so that replicas differ.
  private static let variants = 5
  private static let interval_ps = 0.05

  /// - Parameter sweep: the axes, as written in the manifest.
  static func manifest(sweep: String) -> String {
    """
    study: \(name)
    system: {structure: na3obh4-family}
    forces: {cutoff: 9 Å}
    stages: {sample: 1.5 ps}
    record: {mobile: 50 fs, anions: 50 fs, all: 1 ps, observables: 50 fs}
    sweep: \(sweep)
    analysis: {mobile: Na, active: {cutoff: 21 Å^2}, extrapolate: 300 K}
    resources: {ranks: 1}

    """
  }

  /// Fills the folders of a planned study.
  static func fill(_ path: String) throws {
    let study = try StudyDirectory(opening: path)
    var state = RunState(.done, steps: study.runs[0].manifest.steps)
    (state.stage, state.step, state.time_ps) = (.sample, state.steps, study.runs[0].manifest.time_ps)
    (state.attempt, state.ranks, state.host, state.wallTime_s) = (1, 1, "nowhere", 1)
    try state.write(to: study.statePath(0))
    let done = try Data(contentsOf: URL(fileURLWithPath: study.statePath(0)))
    var written: [String: String] = [:]
    for run in study.runs {
      let folder = study.runPath(run.index)
      // Not by `write`, which waits for the disk each time.
      try done.write(to: URL(fileURLWithPath: study.statePath(run.index)))
      let record = "\(folder)/\(RankFileName.merged(block: 0))"
      let key = "\(run.temperature_K) \(run.index % variants)"
      if let original = written[key] {
        try FileManager.default.linkItem(atPath: original, toPath: record)
      } else {
        try writeRecord(of: run, in: folder)
        written[key] = record
      }
    }
  }

  private static func writeRecord(of run: RunSpecification, in folder: String) throws {
    let system = try RunSystem(run.manifest, seed: run.seed)
    let plan = plan(system, try run.manifest.simulation, identity: run.directoryName)
    let writer = try RankFileWriter(
      directory: folder, block: 0, attempt: 1, plan: plan,
      provenance: Provenance(
        version: paddlewheelVersion, author: "Nobody", command: "none", manifest: "study: \(name)\n",
        manifestDigest: "", host: "nowhere", ranks: 1, seed: 1, startedAt: "2026-01-01T00:00:00Z"))
    var walk = Walk(system, temperature_K: run.temperature_K, seed: UInt64(run.index) + 1)
    let every = try run.manifest.simulation.steps(of: interval_ps)
    for step in stride(from: 0, through: run.manifest.steps, by: every) {
      let time_ps = Double(step) * plan.timestep_ps
      for (index, group) in plan.groups.enumerated() where step % group.intervalSteps == 0 {
        let isBody = group.kind == .bodies
        let positions =
          isBody ? walk.centres.flatMap(floats) : group.members.flatMap { floats(walk.atoms[$0]) }
        let orientations =
          isBody ? walk.orientations.flatMap { [Float($0.x), Float($0.y), Float($0.z), Float($0.w)] } : []
        try positions.withUnsafeBufferPointer { positions in
          try orientations.withUnsafeBufferPointer { orientations in
            try writer.append(
              group: index, step: step, time_ps: time_ps, cell: system.structure.cell, positions: positions,
              orientations: isBody ? orientations : nil)
          }
        }
      }
      try writer.appendObservables(
        step: step, time_ps: time_ps,
        ObservablesRecord(
          potentialEnergy_eV: walk.gauss() - 100, kineticEnergy_eV: 1, conservedEnergy_eV: -99,
          temperature_K: run.temperature_K * (1 + 0.1 * walk.gauss()),
          pressure_GPa: [Double](repeating: 0, count: 9),
          volume_A3: system.structure.cell.volume, molecularPressure_GPa: 0))
      walk.advance(time_ps: interval_ps)
    }
    try writer.close()
    try RecordMerge.mergeAttempts(directory: folder, block: 0, attempt: 1, expecting: writer.lastSteps)
  }

  private static func plan(
    _ system: RunSystem, _ simulation: SimulationSpecification, identity: String
  ) -> RecordPlan {
    func group(
      _ name: String, _ kind: RecordPlan.Kind, _ interval_ps: Double, _ members: [Int], _ species: [String]
    )
      -> RecordPlan.Group
    {
      RecordPlan.Group(
        name: name, kind: kind, intervalSteps: simulation.steps(of: interval_ps), members: members,
        species: species, blockCount: 1)
    }
    let elements = system.structure.elements
    let kinds = system.structure.moleculeKinds
    let record = simulation.record
    return RecordPlan(
      groups: [
        group("all", .atoms, record.all_ps, Array(elements.indices), elements),
        group(
          "anions", .bodies, record.anions_ps, system.roles.framework,
          system.roles.framework.map { kinds[$0].name }),
        group(
          "mobile", .atoms, record.mobile_ps, system.mobileAtoms, system.mobileAtoms.map { elements[$0] }),
      ], blockCount: 1, timestep_ps: simulation.dynamics.step_ps, identity: identity)
  }
}

private func floats(_ v: Vector3) -> [Float] { [Float(v.x), Float(v.y), Float(v.z)] }

/// Where everything is from record to record. The anions' atoms stay where they begin: of them only the first
/// record counts.
private struct Walk {
  private(set) var atoms: [Vector3]
  private(set) var centres: [Vector3]
  /// x is the scalar part.
  private(set) var orientations: [SIMD4<Double>]
  private let mobile: [Int]
  private let diffusivity_A2_per_ps: Double
  private var random: SplitMix64

  init(_ system: RunSystem, temperature_K: Double, seed: UInt64) {
    let structure = system.structure
    atoms = structure.positions
    mobile = system.mobileAtoms
    centres = system.roles.framework.map { anion in
      let range = structure.moleculeRanges[anion]
      let masses = range.map { Element(symbol: structure.elements[$0])?.mass_amu ?? 1 }
      return zip(range, masses).reduce(Vector3.zero) { $0 + structure.positions[$1.0] * $1.1 }
        / masses.reduce(0, +)
    }
    orientations = system.roles.framework.map { _ in [1, 0, 0, 0] }
    diffusivity_A2_per_ps = 50 * exp(-0.2 / (8.617e-5 * temperature_K))
    random = SplitMix64(seed: seed)
  }

  mutating func gauss() -> Double {
    func uniform() -> Double { Double(random.next(below: 1 << 40)) / Double(1 << 40) }
    return (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  mutating func advance(time_ps: Double) {
    let step = (2 * diffusivity_A2_per_ps * time_ps).squareRoot()
    for ion in mobile { for axis in 0..<3 { atoms[ion][axis] += step * gauss() } }
    for anion in orientations.indices {
      let q = orientations[anion]
      let turned = q + 0.15 * SIMD4(gauss(), gauss(), gauss(), gauss())
      orientations[anion] = turned / (turned * turned).sum().squareRoot()
    }
  }
}
