import Crystal
import Foundation
import HDF5
import Support

/// Writes one block of one attempt of a run: `rank-0003.attempt-2.h5`, a valid H5MD 1.1 file.
///
/// The file is in single-writer–multiple-reader mode from the start: other processes may read it while it
/// grows, and when the writer is killed it holds everything up to the last `flush`. Records are buffered
/// until a row of chunks is full (at most 32 MB for each group) or until `flush`.
package final class RankFileWriter {
  /// The file's path.
  package let path: String
  private let plan: RecordPlan
  private let block: Int
  private let builder: RankFileBuilder
  private var file: HDF5File { builder.file }
  /// Last steps of series that this file does not hold: of groups without a member in this block, and of
  /// finished stages that earlier attempts recorded.
  private var lastStepsElsewhere: [String: Int]

  /// Creates the file with all its datasets.
  ///
  /// - Parameters:
  ///   - directory: the run's.
  ///   - attempt: from 1; a file of the same attempt must not exist.
  ///   - resumption: the restart point from the checkpoint that this attempt resumes; nil for a fresh start.
  ///   - stages: the stages before `sample` whose observables will be recorded (block 0 only).
  /// - Throws: `RecordError` for a plan that can't be recorded, `HDF5Error` naming the path.
  package init(
    directory: String, block: Int, attempt: Int, plan: RecordPlan, provenance: Provenance,
    resumption: RestartPoint? = nil, stages: [String] = []
  ) throws {
    path = directory + "/" + RankFileName.attempt(block: block, attempt: attempt)
    try plan.validate(file: path)
    guard (0..<plan.blockCount).contains(block), attempt > (resumption?.attempt ?? 0) else {
      throw RecordError(
        file: path,
        message: "block \(block) of \(plan.blockCount) in attempt \(attempt) after attempt "
          + "\(resumption?.attempt ?? 0) can't be")
    }
    self.plan = plan
    self.block = block
    let header = RankFileHeader(
      block: block, attempt: attempt, attempts: [attempt], resumption: resumption, plan: plan.summary,
      completeCounts: nil)
    let series = block == 0 ? [RecordSeries.observables] + stages.map(RecordSeries.stage) : []
    let after = resumption?.lastSteps ?? [:]
    builder = try RankFileBuilder(
      file: try HDF5File.create(path), header: header, author: provenance.author,
      version: provenance.version, groups: plan.groups.map { ParticleBlock($0, block: block) },
      observables: series, after: after, purpose: { _ in .growing })
    lastStepsElsewhere = after
    try provenance.write(in: try file.root(), attempt: attempt)
    try file.flush()
    try file.startSingleWriter()
  }

  /// Appends one record of a group's members in this block.
  ///
  /// - Parameters:
  ///   - group: the index in the plan.
  ///   - step: counted from the start of the `sample` stage; later than the group's last one.
  ///   - positions: `[member][3]`, Å, unwrapped.
  ///   - orientations: `[member][4]`, unit quaternions w, x, y, z; for bodies only.
  /// - Throws: `RecordError` for wrong counts or a step that does not follow; `HDF5Error`.
  package func append(
    group: Int, step: Int, time_ps: Double, cell: Cell, positions: UnsafeBufferPointer<Float>,
    orientations: UnsafeBufferPointer<Float>? = nil
  ) throws {
    let name = plan.groups[group].name
    guard let writer = builder.particleWriter(name) else {
      lastStepsElsewhere[name] = step
      return
    }
    try writer.append(
      step: step, time_ps: time_ps, edges: cell.vectors.flatMap { [$0.x, $0.y, $0.z] },
      positions: positions, orientations: orientations)
  }

  /// Appends one record of the observables; block 0 only.
  ///
  /// - Parameter stage: nil for `sample`.
  /// - Throws: `RecordError` for a stage not named at the start or a step that does not follow; `HDF5Error`.
  package func appendObservables(
    stage: String? = nil, step: Int, time_ps: Double, _ record: ObservablesRecord
  ) throws {
    let series = stage.map(RecordSeries.stage) ?? RecordSeries.observables
    try builder.observablesWriter(series).append(step: step, time_ps: time_ps, record)
  }

  /// Records of each series in this file, including buffered ones.
  package var frameCounts: [String: Int] { builder.frameCounts }

  /// The last recorded step of each series, including earlier attempts: the checkpoint stores it for the next
  /// attempt's `RestartPoint`. Block 0 has every series.
  package var lastSteps: [String: Int] {
    builder.lastSteps.merging(lastStepsElsewhere) { here, _ in here }
  }

  /// Hands all records to the operating system: readers see them, and they outlive this process.
  ///
  /// - Parameter toDisk: waits for the disk, so that they survive a crash of the machine too. Every rank must
  ///   do this before a checkpoint that relies on them is written.
  /// - Throws: `HDF5Error`, `RecordError`, naming the path.
  package func flush(toDisk: Bool = false) throws {
    try builder.commit()
    if toDisk { try AtomicFile.synchronize(path) }
  }

  /// Writes buffered records and closes the file.
  package func close() throws {
    try builder.commit()
    try file.close()
  }
}
