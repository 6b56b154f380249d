import Dynamics
import Foundation
import MPI
import Manifest
import Trajectory

/// Writes the record of a run: sends each group's members to the ranks that write them, and their blocks to the files
/// of this attempt.
final class RunRecorder {
  private let plan: RecordPlan
  private let redistributors: [RecordRedistributor]
  private let writers: [Int: RankFileWriter]
  private let communicator: Communicator
  private let directory: String
  private let attempt: Int

  /// - Parameters:
  ///   - blocks: the ranks of the first attempt.
  ///   - resumption: what earlier attempts have recorded by the checkpoint; nil in the first attempt.
  /// - Throws: what the files throw; every rank must call.
  init(
    system: RunSystem, run: RunSpecification, directory: String, attempt: Int, blocks: Int,
    resumption: RestartPoint?, provenance: Provenance, communicator: Communicator
  ) throws {
    let specification = try run.manifest.simulation
    plan = Self.plan(system, specification, identity: Self.identity(run), blocks: blocks)
    self.communicator = communicator
    self.directory = directory
    self.attempt = attempt
    // Groups of other stages have the members of those of the sampling stage, and come after them.
    redistributors = plan.groups.filter { RecordSeries.stage(ofGroup: $0.name) == nil }.map { group in
      RecordRedistributor(
        kind: group.kind == .atoms ? .atoms : .bodies, members: group.members, blocks: group.blocks,
        topology: system.topology, structure: system.structure)
    }
    let stages = specification.stages.stages.filter { $0.dynamics != nil && !$0.isSample }.map(\.name)
    var writers: [Int: RankFileWriter] = [:]
    for block in 0..<blocks where block % communicator.size == communicator.rank {
      writers[block] = try RankFileWriter(
        directory: directory, block: block, attempt: attempt, plan: plan, provenance: provenance,
        resumption: resumption, stages: stages)
    }
    self.writers = writers
  }

  static func plan(
    _ system: RunSystem, _ manifest: SimulationSpecification, identity: String, blocks: Int
  ) -> RecordPlan {
    let record = manifest.record
    let own = RecordPlan.ionGroups(
      of: system.structure, system.roles,
      every: RecordIntervals(
        all: manifest.steps(of: record.all_ps), framework: manifest.steps(of: record.anions_ps),
        mobile: manifest.steps(of: record.mobile_ps)),
      blockCount: blocks, withOthers: false)
    var groups = own
    let others = manifest.stages.stages.filter { !$0.isSample && $0.dynamics?.records == true }.map(\.name)
    for stage in others.sorted() {
      groups += own.map { group in
        var group = group
        group.name = RecordSeries.group(group.name, of: stage)
        return group
      }
    }
    let kinds = AtomKinds(system.topology).names
    return RecordPlan(
      groups: groups, blockCount: blocks, timestep_ps: manifest.dynamics.step_ps, identity: identity,
      deviations: system.isCommittee ? kinds : [], extrapolation: system.hasActiveSet ? kinds : [])
  }

  /// Identifies a run in its files.
  static func identity(_ run: RunSpecification) -> String {
    "\(run.manifest.study) \(run.directoryName) \(run.seed)"
  }

  /// Records the groups that are due at a step of a stage.
  /// - Parameter stage: nil for the sampling stage.
  func record(_ simulation: Simulation, stage: String?, step: Int, isLast: Bool) throws {
    for (index, group) in plan.groups.enumerated()
    where RecordSeries.stage(ofGroup: group.name) == stage && (isLast || step % group.intervalSteps == 0) {
      for block in try redistributors[index % redistributors.count].collect(from: simulation.domain) {
        try block.positions.withUnsafeBufferPointer { positions in
          try block.orientations.withUnsafeBufferPointer { orientations in
            try writers[block.index]?.append(
              group: index, step: step, time_ps: Double(step) * plan.timestep_ps,
              cell: simulation.domain.cell,
              positions: positions, orientations: group.kind == .bodies ? orientations : nil)
          }
        }
      }
    }
  }

  /// Records energies, temperature and pressure; `stage` is nil for the sampling stage.
  func record(_ observables: Observables, byKind: RecordedByKind, stage: String?, step: Int) throws {
    try writers[0]?.appendObservables(
      stage: stage, step: step, time_ps: Double(step) * plan.timestep_ps,
      ObservablesRecord(
        potentialEnergy_eV: observables.potentialEnergy_eV, kineticEnergy_eV: observables.kineticEnergy_eV,
        conservedEnergy_eV: observables.conservedEnergy_eV, temperature_K: observables.temperature_K,
        pressure_GPa: observables.pressure_GPa.elements, volume_A3: observables.volume_A3,
        molecularPressure_GPa: observables.molecularPressure_GPa.trace / 3,
        modelDeviations_eV_per_A: byKind.deviations_eV_per_A,
        extrapolationGrades: byKind.extrapolationGrades))
  }

  /// Synchronises the files with the disk, before a checkpoint that refers to them.
  func synchronize() throws {
    for writer in writers.values { try writer.flush(toDisk: true) }
    try communicator.barrier()
  }

  /// Makes what has been recorded visible to readers.
  func flush() throws {
    for writer in writers.values { try writer.flush() }
  }

  /// Last recorded step of each series; rank 0 has them all.
  var lastSteps: [String: Int] { writers[0]?.lastSteps ?? [:] }

  /// Closes this attempt's files and merges all attempts into one file for each block.
  func finish() throws {
    for writer in writers.values { try writer.close() }
    try communicator.barrier()
    for block in writers.keys.sorted() {
      try RecordMerge.mergeAttempts(
        directory: directory, block: block, attempt: attempt, expecting: writers[block]?.lastSteps ?? [:])
    }
    try communicator.barrier()
    if communicator.isRoot { try VirtualTrajectory.write(directory: directory) }
    try communicator.barrier()
  }

  func close() throws {
    for writer in writers.values { try writer.close() }
    try communicator.barrier()
  }
}
