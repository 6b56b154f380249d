import Checkpoints
import Dynamics
import Foundation
import MPI
import Manifest
import Support
import Trajectory

/// Correlation functions computed while a run samples: when they are sampled, their state in a checkpoint, and
/// `correlations.h5`.
final class RunCorrelator {
  private let correlators: Correlators
  private let communicator: Communicator
  private let file: File
  private var lastWritten = Date.distantPast

  /// The file, and the attempt that writes it.
  struct File {
    var directory: String
    var attempt: Int
    var identity: String
    var provenance: Provenance
  }

  /// Seconds between two writes of the file, which only shows the state of the newest checkpoint.
  private static let shortestInterval_s = 5.0

  /// The plan for a stage that begins; nil where the manifest asks for no correlations.
  static func plan(_ manifest: SimulationSpecification) -> CorrelationPlan? {
    let record = manifest.record
    guard record.correlations_ps != nil || record.velocities_ps != nil,
      let sample = manifest.stages[Stage.sampleName]?.dynamics
    else { return nil }
    return CorrelationPlan(
      sampleSteps: manifest.steps(of: sample.time_ps),
      bodyInterval: record.correlations_ps.map { manifest.steps(of: $0) },
      velocityInterval: record.velocities_ps.map { manifest.steps(of: $0) },
      timestep_ps: manifest.dynamics.step_ps, cellChanges: manifest.dynamics.ensemble(of: sample) == .npt)
  }

  /// Allocates the data that the correlators keep with each molecule of the simulation.
  init(
    plan: CorrelationPlan, system: RunSystem, drift: AnalysisSpecification.Drift, simulation: Simulation,
    file: File
  ) {
    correlators = Self.correlators(plan, system, drift)
    communicator = simulation.domain.communicator
    self.file = file
    simulation.allocatePerMoleculeData(words: correlators.perMoleculeWords)
  }

  private static func correlators(
    _ plan: CorrelationPlan, _ system: RunSystem, _ drift: AnalysisSpecification.Drift
  ) -> Correlators {
    Correlators(
      plan: plan,
      system: CorrelatedSystem(tracked: system.trackedKinds, reference: system.referenceKinds(drift)),
      topology: system.topology, structure: system.structure)
  }

  /// Takes the samples that are due at a step of the sampling stage.
  func sample(_ simulation: Simulation, step: Int) throws { try correlators.sample(simulation, step: step) }

  /// Writes the file; every rank must call.
  /// - Parameter isDue: writes it however recently it was written.
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
      sampled_ps: Double(step) * plan.timestep_ps,
      displacements: correlators.meanCell.map { .inMeanCell($0) } ?? .inFixedCell, isComplete: isComplete,
      attempt: file.attempt, identity: file.identity)
    try content.write(directory: file.directory, provenance: file.provenance)
  }

  // MARK: checkpoints

  private static let planKey = "correlation_plan"

  /// Adds the state to a checkpoint; every rank must call.
  func save(to content: inout CheckpointContent) throws {
    let state = try correlators.state(communicator)
    content.doubles.merge(state) { $1 }
    content.text[Self.planKey] = String(
      decoding: try JSONEncoder().encode(correlators.plan), as: UTF8.self)
  }

  /// Whether the correlations in a checkpoint are those of a run that this one continues.
  /// - Parameter planned: the plan of a stage that would begin now.
  /// - Returns: 8-byte words that they keep with the molecules.
  /// - Throws: ``StateFault``.
  static func check(
    _ content: CheckpointContent, planned: CorrelationPlan?, system: RunSystem,
    drift: AnalysisSpecification.Drift, ranks: Int, communicator: Communicator
  ) throws -> Int {
    func wrong(_ found: String, _ wanted: String) -> StateFault {
      StateFault(field: "text/\(planKey)", found: found, wanted: wanted)
    }
    guard let text = content.text[planKey], !text.isEmpty else { return 0 }
    guard let plan = try? JSONDecoder().decode(CorrelationPlan.self, from: Data(text.utf8)) else {
      throw wrong("no plan of correlations", "one")
    }
    // One of another kind is not continued.
    guard plan.isCurrent else { return content.integers["luggage"]?.count ?? 0 }
    guard let planned, planned.continues(plan) else {
      throw wrong("a plan of another run or of a longer one", "that of this run")
    }
    let correlators = correlators(plan, system, drift)
    guard correlators.restore(content.doubles, ranks: ranks, communicator: communicator) else {
      throw StateFault(
        field: "doubles/correlation_*", found: "sums of other sizes, or no numbers",
        wanted: "those of this system")
    }
    let words = correlators.perMoleculeWords
    return system.topology.templateOfMolecule.reduce(0) { $0 + words[Int($1)] }
  }

  /// The plan of the correlations in a checkpoint; nil where it holds none.
  /// - Throws: `RunFailure` for one that can't be decoded.
  static func plan(in content: CheckpointContent?, _ communicator: Communicator) throws -> CorrelationPlan? {
    let text = try communicator.broadcast(Array((content?.text[planKey] ?? "").utf8))
    guard !text.isEmpty else { return nil }
    guard let plan = try? JSONDecoder().decode(CorrelationPlan.self, from: Data(text)) else {
      throw RunFailure("the checkpoint's correlation plan can't be decoded")
    }
    return plan
  }

  /// Restores the sums of a checkpoint, which rank 0 has read.
  /// - Parameter ranks: of the attempt that wrote it.
  func restore(from content: CheckpointContent?, ranks: Int) throws {
    var state: [String: [Double]] = [:]
    for name in correlators.stateNames {
      state[name] = try communicator.broadcast(content?.doubles[name] ?? [])
    }
    guard correlators.restore(state, ranks: ranks, communicator: communicator) else {
      throw RunFailure("the checkpoint's correlations do not fit this run's system")
    }
  }
}
