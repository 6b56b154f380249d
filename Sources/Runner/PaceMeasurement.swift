import Dynamics
import Forces
import Foundation
import MPI
import Manifest
import Support

/// The pace of a run on this machine: a short benchmark for estimates of cost.
package struct PaceMeasurement: Codable, Equatable, Sendable {
  package var atoms: Int
  package var ranks: Int
  package var stepsPerSecond: Double
  /// Time to gather the content of a checkpoint, s; writing comes on top.
  package var checkpoint_s: Double

  /// Not encoded.
  private var isRoot = true

  enum CodingKeys: String, CodingKey {
    case atoms, ranks
    case stepsPerSecond = "steps_per_second"
    case checkpoint_s = "checkpoint_s"
  }

  /// Steps a run's system for some seconds, on all ranks of this MPI job.
  /// - Returns: nil on all ranks but the first.
  /// - Throws: ``InputError`` for a system that can't be built.
  package init?(_ run: RunSpecification, seconds: Double) throws {
    self = try MPISession.run { try Self(run, seconds: seconds, $0) }
    guard isRoot else { return nil }
  }

  private init(_ run: RunSpecification, seconds: Double, _ communicator: Communicator) throws {
    let specification = try run.manifest.simulation
    let system = try RunSystem(run.manifest, seed: run.seed, ranks: communicator.size)
    // The last stage is the longest one, as a rule.
    let stage =
      specification.stageSettings(at: run.temperature_K).last { $0.minimisation == nil }
      ?? specification.plainSettings(at: run.temperature_K)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    let engine = system.engine(specification, folder: folder, log: "\(folder).log")
    defer {
      engine?.end()
      for path in engine == nil ? [] : [folder, "\(folder).log"] {
        try? FileManager.default.removeItem(atPath: path)
      }
    }
    let simulation = try Simulation(
      structure: system.structure, topology: system.topology,
      settings: engine.map(ForceSettings.init(driver:)) ?? system.forceSettings(specification),
      integrator: system.integrator(stage, step: stage.steps, specification.dynamics, seed: run.seed),
      timestep_ps: specification.dynamics.step_ps,
      communicator: communicator)
    func lasts(since begun: Stopwatch, _ limit_s: Double) throws -> Bool {
      try communicator.reduced(begun.elapsed_s < limit_s ? 1 : 0, .min) == 1
    }
    // Forces of a built structure are too large for a time step. Those of an engine take too long to be lowered.
    let begun = Stopwatch()
    let block = engine == nil ? 10 : 1
    if engine == nil {
      _ = try Minimiser(tolerance_eV_A: 0.5, cell: nil).relax(simulation, from: nil) { progress, _ in
        guard progress.steps % 10 == 0 else { return true }
        return try lasts(since: begun, seconds)
      }
    }
    try simulation.constrain(specification.constraints(in: stage))
    try simulation.start(temperature_K: stage.temperature.to_K, seed: run.seed)
    // The first steps build the neighbour lists and adapt the rebuild interval.
    for _ in 0..<block { try simulation.advance(wantsObservables: false) }
    let stepping = Stopwatch()
    var steps = 0
    repeat {
      for _ in 0..<block { try simulation.advance(wantsObservables: false) }
      steps += block
    } while try lasts(since: stepping, seconds)
    stepsPerSecond = Double(steps) / stepping.elapsed_s
    let gathering = Stopwatch()
    _ = try simulation.snapshot()
    checkpoint_s = gathering.elapsed_s
    atoms = system.structure.atomCount
    ranks = communicator.size
    isRoot = communicator.isRoot
  }
}
