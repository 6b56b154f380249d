import Crystal
import Foundation
import Results
import Trajectory
import TrajectoryImport

/// Writes an imported run's record: the groups that a simulated run has, at every frame.
struct ImportRecorder {
  private let system: ImportedSystem
  private let ranges: [Range<Int>]
  private let plan: RecordPlan
  private let writer: RankFileWriter
  private let directory: String

  private static let attempt = 1

  /// - Throws: `RecordError`, `HDF5Error`.
  init(
    _ system: ImportedSystem, clock: FrameClock, directory: String, identity: String, provenance: Provenance
  ) throws {
    self.system = system
    self.directory = directory
    ranges = system.structure.moleculeRanges
    let every = clock.stepsPerFrame
    plan = RecordPlan(
      groups: RecordPlan.ionGroups(
        of: system.structure, system.roles,
        every: RecordIntervals(all: every, framework: every, mobile: every), blockCount: 1, withOthers: true),
      blockCount: 1, timestep_ps: clock.timestep_ps, identity: identity)
    writer = try RankFileWriter(
      directory: directory, block: 0, attempt: Self.attempt, plan: plan, provenance: provenance)
  }

  /// - Throws: `RecordError`, `HDF5Error`.
  func record(_ paths: IonPaths, step: Int, cell: Cell) throws {
    for (index, group) in plan.groups.enumerated() {
      let isBody = group.kind == .bodies
      let places =
        isBody ? group.members.map { paths.centres[$0] } : group.members.map { paths.positions[$0] }
      let positions = places.flatMap { [Float($0.x), Float($0.y), Float($0.z)] }
      let orientations = isBody ? self.orientations(of: group.members, paths) : []
      try positions.withUnsafeBufferPointer { positions in
        try orientations.withUnsafeBufferPointer { orientations in
          try writer.append(
            group: index, step: step, time_ps: Double(step) * plan.timestep_ps, cell: cell,
            positions: positions, orientations: isBody ? orientations : nil)
        }
      }
    }
  }

  private func orientations(of molecules: [Int], _ paths: IonPaths) -> [Float] {
    molecules.flatMap { molecule -> [Float] in
      // An atom does not rotate.
      guard ranges[molecule].count > 1 else { return [1, 0, 0, 0] }
      let centre = paths.centres[molecule]
      let q = OrientationFit.turn(
        ranges[molecule].map { paths.positions[$0] - centre }, to: system.references[molecule])
      return [Float(q.x), Float(q.y), Float(q.z), Float(q.w)]
    }
  }

  /// Closes the record and merges it like that of a finished run.
  /// - Throws: file errors.
  func finish() throws {
    try writer.close()
    try RecordMerge.mergeAttempts(
      directory: directory, block: 0, attempt: Self.attempt, expecting: writer.lastSteps)
    try VirtualTrajectory.write(directory: directory)
  }
}
