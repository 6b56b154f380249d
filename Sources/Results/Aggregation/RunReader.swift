import Analysis
import Foundation
import Manifest
import Mechanism
import Trajectory

/// Reads one run's record.
struct RunReader {
  let run: RunSpecification
  let record: RunRecord
  /// Over the records of the mobile ions.
  let cell: CellSummary
  let budget: ReadBudget
  let progress: ReadingProgress?

  /// Reads a run's record, some ions at a time, within the memory of a ``ReadBudget``.
  ///
  /// - Parameters:
  ///   - directory: the run's.
  ///   - budget: threads and memory; the result does not depend on it.
  ///   - progress: counts the bytes of positions that are read.
  ///   - sites: of all runs of its temperature; nil for its own.
  /// - Throws: ``Exclusion`` where the record can't be used, naming the files.
  static func read(
    _ run: RunSpecification, directory: String, budget: ReadBudget = ReadBudget(),
    progress: ReadingProgress? = nil, sites: SiteList? = nil
  ) throws -> RunReading {
    let (reader, steps) = try open(run, directory: directory, budget: budget, progress: progress)
    let record = reader.record
    let drift = DriftBodies(run.manifest, record: record)
    let mobility = try reader.mobility(steps: steps, drift: drift)
    let mechanism = try reader.mechanism(directory: directory, drift: drift, sites: sites)
    // A figure shows no more than this.
    let observables = try record.observables(most: 400)
    return RunReading(
      mobility: mobility, series: reader.series(observables), volume_A3: reader.cell.meanVolume_A3,
      mechanism: mechanism, warnings: [drift.warning].compactMap(\.self),
      stateWarnings: try reader.stateWarnings(mobility, mechanism, observables.records))
  }

  /// What a run tells of the sites that it has in common with others.
  /// - Throws: as ``read``.
  static func survey(
    _ run: RunSpecification, directory: String, progress: ReadingProgress? = nil
  ) throws -> SiteSurvey? {
    let reader = try open(run, directory: directory, budget: ReadBudget(), progress: progress).reader
    return try reader.survey(drift: DriftBodies(run.manifest, record: reader.record))
  }

  private static func open(
    _ run: RunSpecification, directory: String, budget: ReadBudget, progress: ReadingProgress?
  ) throws -> (reader: RunReader, steps: [Int]) {
    let record: RunRecord
    do {
      record = try RunRecord(directory: directory)
    } catch let error as RecordError {
      throw Exclusion(reasons: [error.description])
    }
    guard record.problems.isEmpty else { throw Exclusion(reasons: record.problems.map(\.description)) }
    let steps = even(try record.steps(of: "mobile"))
    guard steps.count >= 2 else { throw Exclusion(reasons: ["\(directory): no sampled frames yet"]) }
    let cell = try record.cellSummary(of: "mobile")
    return (RunReader(run: run, record: record, cell: cell, budget: budget, progress: progress), steps)
  }

  private func mobility(steps: [Int], drift: DriftBodies) throws -> RunMobility {
    let accumulator = try RunMobilityAccumulator(
      frameCount: steps.count,
      frameInterval_ps: Double(steps[1] - steps[0]) * record.plan.timestep_ps,
      reference: try reference(drift, at: steps))
    try eachPart(of: "mobile", frames: steps.count) { paths, count, _ in
      try accumulator.add(paths: UnsafeBufferPointer(paths), ionCount: count, threads: budget.threads)
    }
    return try accumulator.finish()
  }

  /// Reads the paths of a group's members, in the mean cell where the cell changes, part by part.
  /// - Parameter body: gets the paths `[member][component][frame]`, their number, the block and its members.
  func eachPart(
    of group: String, frames: Int,
    _ body: (UnsafeMutableBufferPointer<Float>, Int, (block: Int, members: Range<Int>)) throws -> Void
  ) throws {
    let inMeanCell =
      cell.changes
      ? MeanCellPaths(
        cells: try record.cells(of: group, frames: 0..<frames), mean: cell.mean, start: cell.first) : nil
    var paths: UnsafeMutableBufferPointer<Float>?
    defer { paths?.deallocate() }
    for block in try record.usableBlocks(of: group) {
      for members in try record.memberRanges(of: group, block: block, frames: frames, bytes: budget.pathBytes)
      {
        let count = 3 * frames * members.count
        if paths?.count ?? 0 < count {
          paths?.deallocate()
          paths = .allocate(capacity: count)
        }
        guard let all = paths else { continue }
        let part = UnsafeMutableBufferPointer(rebasing: all[..<count])
        try record.readPaths(
          group: group, block: block, members: members, frames: 0..<frames, threads: budget.threads,
          into: part)
        progress?.add(bytes: count * MemoryLayout<Float>.size)
        try inMeanCell?.place(paths: part, ionCount: members.count, threads: budget.threads)
        try body(part, members.count, (block, members))
      }
    }
  }

  /// The evenly spaced part: the last record of a stage may follow after a shorter interval.
  static func even(_ steps: [Int]) -> [Int] {
    guard steps.count > 2, steps[steps.count - 1] - steps[steps.count - 2] != steps[1] - steps[0] else {
      return steps
    }
    return Array(steps.dropLast())
  }

  private func series(_ observables: ObservablesSeries) -> RunSeries {
    let records = observables.records
    return RunSeries(
      run: run.directoryName, time_ps: observables.times_ps,
      temperature_K: records.map(\.temperature_K),
      potentialEnergy_eV: records.map(\.potentialEnergy_eV),
      conservedEnergy_eV: records.map(\.conservedEnergy_eV),
      atomCount: record.plan.group("all")?.memberCount ?? 0)
  }
}
