import Crystal
import Decomposition
import Dynamics
import Forces
import Foundation
import MPI
import Mathematics
import Model
import NEP
import RankCheckResults

/// A command that can't be performed.
struct CommandError: Error, CustomStringConvertible {
  let description: String
}

/// Performs commands of the form `key=value` in order.
///
/// Before the first that needs the system: `structure=NAME|FILE.extxyz`, `supercell=3 or 9 integers`,
/// `seed=`, `accuracy=`, `precision=`, `cutoff=`, `skin=`, `margin=` (Å), `composition=`,
/// `mass-scale=KIND:FACTOR,…`, `nep=FILE,…` (models instead of the built-in potential), `base=yes` (added to it),
/// `ewald=ALPHA,N_A,N_B,N_C,ORDER`, `mesh=PARTS_A,PARTS_B` (of the mesh; else the best),
/// `reference=classical:EVALUATIONS` or `reference=FILE:EVALUATIONS` (of long steps). Then `relax=EV_PER_A`,
/// `hold=KIND:CONSTRAINT,…` (a `MotionConstraint`), `velocities=KELVIN:SEED`, `run=INTEGRATOR:STEPS:TIMESTEP_FS[:INTERVAL]` with the
/// integrator `THERMOSTAT[+BAROSTAT][*SUBSTEPS]`: `nve`, `nhc,KELVIN,DAMPING_PS` or
/// `langevin,KELVIN,FRICTION_PER_PS,SEED`; `mtk,SHAPE,GPA,DAMPING_PS` or
/// `pr,SHAPE,GPA,LATTICE_AMU,FRICTION_PER_PS,SEED`. `snapshot=` (continue in a new simulation), `save=FILE`, `load=FILE`, `structure-out=FILE`, `velocities-out=FILE`, `fail=RANK`,
/// `stall-limit=SECONDS`, `stand=RANK` (is stopped), `compute=RANK` and `sleep=RANK` (while the others wait for it), `collectives=`, `truncate=`, `output=FILE`, `velocities-in=FILE`,
/// `new=` (forget all of this and begin with another system),
/// `bench=INTEGRATOR:WARMUP_STEPS:STEPS:TIMESTEP_FS` (times the steps), `bench-out=FILE`. Without a system:
/// `walk=FOLDER:FRAMES:IONS:SEED[:BLOCKS]` (a record), `msd=FOLDER:THREADS:FILE` (its analysis, timed).
final class RankCheck {
  let communicator: Communicator
  var setup: [String: String] = [:]
  var structure: Structure?
  var simulation: Simulation?
  var settings = ForceSettings()
  private var result = RankCheckResult()
  var benchmark: BenchmarkResult?

  init(_ communicator: Communicator) { self.communicator = communicator }

  func perform(_ argument: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count == 2 else { throw CommandError(description: "'\(argument)' is not key=value") }
    let value = parts[1]
    switch parts[0] {
    case "structure", "supercell", "seed", "accuracy", "precision", "cutoff", "skin", "margin", "mass-scale",
      "composition", "nep", "base", "reference", "ewald", "mesh":
      setup[parts[0]] = value
    case "hold": try hold(value)
    case "relax": try relax(try number(value))
    case "velocities":
      let f = try numbers(value, ":")
      try current().start(temperature_K: f[0], seed: UInt64(f[1]))
    case "run": try run(value)
    case "bench": try bench(value)
    case "bench-out": try writeBenchmark(value)
    case "velocities-in": try readVelocities(value)
    case "snapshot": try move(to: current().integrator, timestep_ps: current().timestep_ps)
    case "save": try save(value)
    case "load": try load(value)
    case "structure-out": try writeStructure(value)
    case "velocities-out": try writeVelocities(value)
    case "fail": try fail(rank: Int(try number(value)))
    case "stall-limit":
      MPISession.setStallLimit(StallLimit(limit_s: try number(value), name: "test"))
    case "stand", "compute", "sleep": try stand(parts[0], rank: Int(try number(value)))
    case "new": reset()
    case "collectives": try checkCollectives(communicator)
    case "truncate": try sendTooMuch(communicator)
    case "walk": try writeWalk(value)
    case "msd": try measureDisplacement(value)
    case "output": try write(value)
    default: throw CommandError(description: "no command is named '\(parts[0])'")
    }
  }

  /// As if the program had just started.
  private func reset() {
    simulation = nil
    structure = nil
    setup = [:]
    settings = ForceSettings()
    result = RankCheckResult()
    benchmark = nil
  }

  func number(_ text: String) throws -> Double {
    guard let value = Double(text) else { throw CommandError(description: "'\(text)' is no number") }
    return value
  }

  func numbers(_ text: String, _ separator: Character) throws -> [Double] {
    try text.split(separator: separator).map { try number(String($0)) }
  }

  // MARK: - The system

  func current() throws -> Simulation {
    if let simulation { return simulation }
    let structure = try build()
    self.structure = structure
    settings = ForceSettings(
      cutoff_A: try number(setup["cutoff"] ?? "9"), skin_A: try setup["skin"].map(number),
      coulombAccuracy: try number(setup["accuracy"] ?? "1e-4"),
      precision: setup["precision"] == "double" ? .double : .mixed)
    try setMachineLearned(structure.elements)
    try setMesh()
    if let margin = setup["margin"] { settings.pruningMargin_A = try number(margin) }
    let new = try make(Integrator(), timestep_ps: 0.001)
    simulation = new
    _ = try new.observables()
    return new
  }

  private func setMachineLearned(_ elements: [String]) throws {
    guard let paths = setup["nep"] else { return }
    let models = try paths.split(separator: ",").map { try NEPModel.load(path: String($0)) }
    settings.nep = NEPForces(models, elements: elements, isCorrection: setup["base"] != nil)
    settings.skin_A = try setup["skin"].map(number) ?? 1
    guard let reference = setup["reference"]?.split(separator: ":").map(String.init), reference.count == 2
    else { return }
    let potential: ReferenceForces.Potential =
      reference[0] == "classical"
      ? .classical : .nep(NEPForces([try NEPModel.load(path: reference[0])], elements: elements))
    settings.reference = ReferenceForces(potential, evaluations: Int(try number(reference[1])))
  }

  private func build() throws -> Structure {
    let name = setup["structure"] ?? ""
    let entries = try numbers(setup["supercell"] ?? "1,1,1", ",").map { Int($0) }
    let matrix =
      entries.count == 3
      ? try SupercellMatrix(diagonal: entries)
      : try SupercellMatrix(rows: stride(from: 0, to: 9, by: 3).map { Array(entries[$0..<($0 + 3)]) })
    if name.hasSuffix(".extxyz") {
      return try ExtXYZ(contentsOf: URL(fileURLWithPath: name)).structure.supercell(matrix)
    }
    return try BuiltInStructure(named: name).build(
      supercell: matrix, composition: setup["composition"].map(number),
      seed: UInt64(try number(setup["seed"] ?? "1"))
    ).structure
  }

  private func massScale() throws -> [String: Double] {
    let pairs = (setup["mass-scale"] ?? "").split(separator: ",").map {
      $0.split(separator: ":").map(String.init)
    }
    return try pairs.reduce(into: [:]) { $0[$1[0]] = try number($1[1]) }
  }

  /// A simulation of the structure, from its positions.
  private func make(_ integrator: Integrator, timestep_ps: Double) throws -> Simulation {
    guard let structure else { throw CommandError(description: "no structure") }
    let topology =
      if let nep = settings.nep, !nep.isCorrection, settings.reference == nil, let model = nep.models.first {
        try Topology(structure: structure, nep: model, massScaleOfMolecule: massScale())
      } else {
        try Topology(
          structure: structure, forceField: .load(ForceFieldFile.builtInName),
          massScaleOfMolecule: massScale())
      }
    return try Simulation(
      structure: structure, topology: topology,
      settings: settings, integrator: integrator, timestep_ps: timestep_ps, communicator: communicator)
  }

  /// Continues in a new simulation, through a snapshot and the arrays of a checkpoint file.
  func move(to integrator: Integrator, timestep_ps: Double) throws {
    let snapshot = try whole(current().snapshot())
    let new = try make(integrator, timestep_ps: timestep_ps)
    try new.restore(snapshot, constraints: current().constraints)
    simulation = new
  }

  // MARK: - Commands

  private func relax(_ tolerance: Double) throws {
    let outcome = try Minimiser(tolerance_eV_A: tolerance).relax(current())
    result.largestForce_eV_A = outcome.progress.largestForce_eV_A
  }

  private func hold(_ text: String) throws {
    var constraints: [String: MotionConstraint] = [:]
    for pair in text.split(separator: ",").map({ $0.split(separator: ":").map(String.init) }) {
      guard pair.count == 2, let constraint = MotionConstraint(rawValue: pair[1]) else {
        throw CommandError(description: "hold=\(text): wanted KIND:CONSTRAINT")
      }
      constraints[pair[0]] = constraint
    }
    try current().constrain(constraints)
  }

  private func run(_ text: String) throws {
    let fields = text.split(separator: ":").map(String.init)
    guard fields.count >= 3 else { throw CommandError(description: "run=\(text): wanted three fields") }
    let timestep_ps = try number(fields[2]) / 1000
    let interval = fields.count > 3 ? Int(try number(fields[3])) : 0
    // The mass of a barostat depends on the structure, which must have been built.
    _ = try current()
    try move(to: integrator(fields[0]), timestep_ps: timestep_ps)
    let simulation = try current()
    for step in stride(from: 1, through: Int(try number(fields[1])), by: 1) {
      let isSampled = interval > 0 && step % interval == 0
      try simulation.advance(wantsObservables: isSampled)
      guard isSampled else { continue }
      let now = try simulation.observables()
      result.series.time_ps.append(Double(step) * timestep_ps)
      result.series.potential_eV.append(now.potentialEnergy_eV)
      result.series.kinetic_eV.append(now.kineticEnergy_eV)
      result.series.conserved_eV.append(now.conservedEnergy_eV)
      result.series.temperature_K.append(now.temperature_K)
      result.series.volume_A3.append(now.volume_A3)
      result.series.pressure_GPa.append(now.pressure_GPa.elements)
      result.series.molecularPressure_GPa.append(now.molecularPressure_GPa.trace / 3)
      result.series.shares_eV.append(
        try simulation.propagator.kineticShares().mapValues { [$0.translation, $0.rotation, $0.vibration] })
    }
  }

  /// `THERMOSTAT[+BAROSTAT][*SUBSTEPS]`, or `same`.
  func integrator(_ text: String) throws -> Integrator {
    if text == "same" { return try current().integrator }
    let short = text.split(separator: "*").map(String.init)
    let parts = short[0].split(separator: "+").map(String.init)
    let temperature_K = try numbers(String(parts[0].drop { $0 != "," }), ",").first ?? 0
    return Integrator(
      try thermostat(parts[0]), barostat: try parts.dropFirst().first.map { try barostat($0, temperature_K) },
      substeps: short.count > 1 ? Int(try number(short[1])) : 1)
  }

  private func thermostat(_ text: String) throws -> (any Thermostat)? {
    let name = text.prefix { $0 != "," }
    let f = try numbers(String(text.dropFirst(name.count)), ",")
    switch (name, f.count) {
    case ("nve", 0): return nil
    case ("nhc", 2): return NoseHooverThermostat(temperature_K: f[0], damping_ps: f[1])
    case ("langevin", 3): return Langevin(temperature_K: f[0], friction_perPs: f[1], seed: UInt64(f[2]))
    default: throw CommandError(description: "no thermostat is '\(text)'")
    }
  }

  private func barostat(_ text: String, _ temperature_K: Double) throws -> Barostat {
    let words = text.split(separator: ",").map(String.init)
    let f = try words.dropFirst(2).map { try number($0) }
    guard words.count > 1, let shape = CellShape(rawValue: words[1]), let structure else {
      throw CommandError(description: "no barostat is '\(text)'")
    }
    switch (words[0], f.count) {
    case ("mtk", 2):
      return .martynaTobiasKlein(
        shape: shape, pressure_GPa: f[0], temperature_K: temperature_K, damping_ps: f[1],
        moleculeCount: structure.moleculeCount)
    case ("pr", 4):
      return .parrinelloRahman(
        shape: shape, pressure_GPa: f[0], temperature_K: temperature_K, latticeMass_amu: f[1],
        friction_perPs: f[2], cell: structure.cell, seed: UInt64(f[3]))
    default: throw CommandError(description: "no barostat is '\(text)'")
    }
  }

  /// One rank fails while the others wait for it.
  private func fail(rank: Int) throws {
    _ = try current()
    if communicator.rank == rank { throw CommandError(description: "told to fail") }
    try communicator.barrier()
  }

  // MARK: - Files

  /// The snapshot of rank 0 on every rank, rebuilt from its arrays.
  private func whole(_ snapshot: Snapshot) throws -> Snapshot {
    var doubles = snapshot.doubles
    var integers = snapshot.integers
    for key in doubles.keys.sorted() { doubles[key] = try communicator.broadcast(doubles[key] ?? []) }
    for key in integers.keys.sorted() { integers[key] = try communicator.broadcast(integers[key] ?? []) }
    return try restored(doubles, integers)
  }

  private func restored(_ doubles: [String: [Double]], _ integers: [String: [Int64]]) throws -> Snapshot {
    let topology = try current().domain.topology
    guard
      let snapshot = Snapshot(
        doubles: doubles, integers: integers, topology: (topology.atomCount, topology.moleculeCount))
    else { throw CommandError(description: "the snapshot does not fit the system") }
    return snapshot
  }

  private struct Saved: Codable {
    var doubles: [String: [Double]]
    var integers: [String: [Int64]]
  }

  private func save(_ path: String) throws {
    let snapshot = try current().snapshot()
    guard communicator.isRoot else { return }
    try JSONEncoder().encode(Saved(doubles: snapshot.doubles, integers: snapshot.integers))
      .write(to: URL(fileURLWithPath: path))
  }

  private func load(_ path: String) throws {
    let saved = try JSONDecoder().decode(Saved.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    try current().restore(restored(saved.doubles, saved.integers), constraints: current().constraints)
  }

  private func writeStructure(_ path: String) throws {
    let positions = try byId { domain, i, shift in domain.atoms.position[i] + shift }
    guard communicator.isRoot, var structure else { return }
    structure.cell = try current().domain.cell
    structure.positions = stride(from: 0, to: positions.count, by: 3).map {
      [positions[$0], positions[$0 + 1], positions[$0 + 2]]
    }
    try structure.writeExtXYZ(to: URL(fileURLWithPath: path))
  }

  private func writeVelocities(_ path: String) throws {
    let v = try byId { domain, i, _ in domain.atoms.velocity[i] }
    guard communicator.isRoot else { return }
    let lines = stride(from: 0, to: v.count, by: 3).map { "\(v[$0]) \(v[$0 + 1]) \(v[$0 + 2])" }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
  }

  private func write(_ path: String) throws {
    let simulation = try current()
    let observables = try simulation.observables()
    let domain = simulation.domain
    result.ranks = communicator.size
    result.grid = [domain.grid.counts.x, domain.grid.counts.y, domain.grid.counts.z]
    let ids = try communicator.gather((0..<domain.atoms.count).map { Int(domain.atoms.id[$0]) })
    var first = 0
    if communicator.isRoot {
      result.owned = ids.counts.map { count in
        defer { first += count }
        return Array(ids.values[first..<(first + count)])
      }
    }
    result.positions = try byId { domain, i, shift in domain.atoms.position[i] + shift }
    result.velocities = try byId { domain, i, _ in domain.atoms.velocity[i] }
    result.forces = try byId { domain, i, _ in domain.atoms.force[i] }
    let forces = try simulation.forces
    result.bonded = forces.bonded
    result.shortRange = forces.shortRange
    result.manyBodies = forces.manyBodies
    result.coulomb = forces.coulomb
    result.kinetic = observables.kineticEnergy_eV
    result.conserved = observables.conservedEnergy_eV
    result.virial = forces.virial.elements
    result.pressure = observables.pressure_GPa.elements
    result.volume_A3 = observables.volume_A3
    result.dangerousBuilds = simulation.dangerousBuilds
    try countMesh(&result)
    guard communicator.isRoot else { return }
    try JSONEncoder().encode(result).write(to: URL(fileURLWithPath: path))
  }

  /// A vector of every atom on rank 0, by id; NaN for an atom that no rank owns.
  private func byId(_ value: (Domain, Int, Vector3) -> Vector3) throws -> [Double] {
    let domain = try current().domain
    var rows: [Double] = []
    for molecule in domain.molecules {
      let shift = domain.cell.shift(molecule.image)
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        let v = value(domain, i, shift)
        rows += [Double(domain.atoms.id[i]), v.x, v.y, v.z]
      }
    }
    let all = try communicator.gather(rows).values
    var sorted = [Double](repeating: .nan, count: 3 * domain.topology.atomCount)
    for row in stride(from: 0, to: all.count, by: 4) {
      let id = Int(all[row])
      for k in 0..<3 { sorted[3 * id + k] = all[row + 1 + k] }
    }
    return sorted
  }
}
