import Dynamics
import Foundation
import MPI
import Manifest
import Support
import Trajectory

/// The correlations that a run takes of itself while it samples: when they are sampled, what a checkpoint keeps
/// of them, and `correlations.h5`.
final class RunCorrelator {
  private let correlators: Correlators
  private let communicator: Communicator
  private let file: File
  private var lastWritten = Date.distantPast

  /// Whose file it is.
  struct File {
    var directory: String
    var attempt: Int
    var identity: String
    var provenance: Provenance
  }

  /// The file shows what a checkpoint holds; checkpoints that follow each other faster than that are a test's.
  private static let shortestInterval_s = 5.0

  /// The plan of a stage that begins; nil where the manifest takes no correlations.
  static func plan(_ manifest: Manifest) -> CorrelationPlan? {
    let record = manifest.record
    guard record.correlations_ps != nil || record.velocities_ps != nil, manifest.stages.sample_ps != nil
    else {
      return nil
    }
    return CorrelationPlan(
      sampleSteps: manifest.steps(of: manifest.stages.sample_ps),
      bodyInterval: record.correlations_ps.map { manifest.steps(of: $0) },
      velocityInterval: record.velocities_ps.map { manifest.steps(of: $0) },
      timestep_ps: manifest.dynamics.step_ps, cellChanges: manifest.dynamics.barostat != nil)
  }

  /// Gives the molecules of the simulation the memory that they need.
  init(
    plan: CorrelationPlan, system: RunSystem, manifest: Manifest, simulation: Simulation, file: File
  ) {
    let reference: CorrelatedSystem.Reference =
      switch manifest.analysis.drift {
      case .framework: .anions(nil)
      case .anions(let name): .anions(name)
      case .all: .all
      case .none: .none
      }
    correlators = Correlators(
      plan: plan, system: CorrelatedSystem(mobile: system.mobile, reference: reference),
      topology: system.topology, structure: system.structure)
    communicator = simulation.domain.communicator
    self.file = file
    simulation.allocatePerMoleculeData(words: correlators.perMoleculeWords)
  }

  /// Takes what is due at a step of the sampling stage.
  func sample(_ simulation: Simulation, step: Int) throws { try correlators.sample(simulation, step: step) }

  /// Writes the file; every rank must call.
  /// - Parameter isDue: however recently it was written.
  func write(step: Int, isComplete: Bool = false, isDue: Bool = true) throws {
    let isOld = -lastWritten.timeIntervalSinceNow > Self.shortestInterval_s
    guard try communicator.reduced(isDue || communicator.isRoot && isOld ? 1 : 0, .max) == 1 else { return }
    lastWritten = Date()
    let totals = try correlators.totals(communicator)
    guard communicator.isRoot else { return }
    let plan = correlators.plan
    let content = RunCorrelations(
      series: totals.map {
        CorrelationSeries(
          quantity: $0.quantity, species: $0.species, unit: $0.unit, lag_ps: $0.lag_ps, sums: $0.sums,
          counts: $0.counts)
      }, blockDuration_ps: Double(plan.blockSteps) * plan.timestep_ps,
      sampled_ps: Double(step) * plan.timestep_ps, isComplete: isComplete, attempt: file.attempt,
      identity: file.identity)
    try content.write(directory: file.directory, provenance: file.provenance)
  }

  // MARK: checkpoints

  private static let planName = "correlation_plan"

  /// Adds to a checkpoint what it must hold; every rank must call.
  func save(to content: inout CheckpointContent) throws {
    let state = try correlators.state(communicator)
    content.doubles.merge(state) { $1 }
    content.text[Self.planName] = String(
      decoding: try JSONEncoder().encode(correlators.plan), as: UTF8.self)
  }

  /// The plan that a checkpoint was written under; nil where it holds no correlations.
  /// - Throws: `RunFailure` for one that makes no sense.
  static func plan(in content: CheckpointContent?, _ communicator: Communicator) throws -> CorrelationPlan? {
    let text = try communicator.broadcast(Array((content?.text[planName] ?? "").utf8))
    guard !text.isEmpty else { return nil }
    guard let plan = try? JSONDecoder().decode(CorrelationPlan.self, from: Data(text)) else {
      throw RunFailure("the checkpoint's plan of correlations can't be read")
    }
    return plan
  }

  /// Takes over the sums of a checkpoint, which rank 0 has.
  /// - Parameter ranks: of the attempt that wrote it.
  func restore(from content: CheckpointContent?, ranks: Int) throws {
    var state: [String: [Double]] = [:]
    for name in Correlators.stateNames {
      state[name] = try communicator.broadcast(content?.doubles[name] ?? [])
    }
    guard correlators.restore(state, ranks: ranks, communicator: communicator) else {
      throw RunFailure("the checkpoint's correlations do not fit this run's system")
    }
  }
}
