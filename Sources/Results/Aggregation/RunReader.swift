import Analysis
import Foundation
import Manifest
import Mechanism
import Trajectory

/// Reads one run's record.
struct RunReader {
  let run: RunSpecification
  let record: RunRecord
  /// The steps at which mobile ions were recorded.
  let steps: [Int]
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
  ///   - sites: of all runs of its temperature, by species; nil for its own.
  /// - Throws: ``Exclusion`` where the record can't be used, naming the files.
  static func read(
    _ run: RunSpecification, directory: String, budget: ReadBudget = ReadBudget(),
    progress: ReadingProgress? = nil, sites: (Int) -> SiteList? = { _ in nil }
  ) throws -> RunReading {
    let reader = try open(run, directory: directory, budget: budget, progress: progress)
    let record = reader.record
    let drift = try DriftBodies(run.manifest, record: record)
    let reference = try reader.reference(drift, at: reader.steps)
    var species: [SpeciesReading] = []
    for (index, found) in try reader.species().enumerated() {
      let mechanism = try reader.mechanism(
        found, directory: directory, reference: reference, sites: sites(index))
      species.append(
        SpeciesReading(
          name: found.name, mobility: try reader.mobility(found, reference: reference),
          mechanism: mechanism.run, warnings: [drift.warning].compactMap(\.self) + mechanism.warnings))
    }
    // A figure shows no more than this.
    let observables = try record.observables(most: 400)
    let values = try reader.potentialValues()
    for index in species.indices { species[index].mechanism.observables.values += values }
    return RunReading(
      species: species, series: reader.series(observables), volume_A3: reader.cell.meanVolume_A3,
      stateWarnings: try reader.stateWarnings(species, observables.records))
  }

  /// What a run tells of the sites of one species that it has in common with others.
  /// - Parameter index: among the species.
  /// - Throws: as ``read``.
  static func survey(
    _ run: RunSpecification, species index: Int, directory: String, progress: ReadingProgress? = nil
  ) throws -> SiteSurvey? {
    let reader = try open(run, directory: directory, budget: ReadBudget(), progress: progress)
    let species = try reader.species()
    guard species.indices.contains(index) else { return nil }
    let drift = try DriftBodies(run.manifest, record: reader.record)
    return try reader.survey(species[index], reference: reader.reference(drift, at: reader.steps))
  }

  private static func open(
    _ run: RunSpecification, directory: String, budget: ReadBudget, progress: ReadingProgress?
  ) throws -> RunReader {
    let record: RunRecord
    do {
      record = try RunRecord(directory: directory)
    } catch let error as RecordError {
      throw Exclusion(reasons: [error.description])
    }
    guard record.problems.isEmpty else { throw Exclusion(reasons: record.problems.map(\.description)) }
    let first = IonGroups.mobile(0, "")
    let steps = try record.steps(of: first)
    guard even(steps).count >= 2 else { throw Exclusion(reasons: ["\(directory): no sampled frames yet"]) }
    return RunReader(
      run: run, record: record, steps: steps, cell: try record.cellSummary(of: first), budget: budget,
      progress: progress)
  }

  /// A diffusing species of the record.
  struct Species {
    /// Its formula.
    var name: String
    var group: String
    /// The other diffusing species.
    var others: [String]
  }

  /// The species that the manifest asks for, in its order.
  /// - Throws: ``Exclusion`` for one that was not recorded as diffusing.
  func species() throws -> [Species] {
    let asked = run.manifest.analysis.mobile
    var found: [Species] = []
    for (index, name) in (asked.isEmpty ? [""] : asked).enumerated() {
      let group = IonGroups.mobile(index, name)
      guard record.plan.group(group) != nil, let block = try record.usableBlocks(of: group).first,
        let recorded = try record.species(of: group, block: block).first, name.isEmpty || name == recorded
      else {
        let known = record.plan.groups.map(\.name).filter(IonGroups.isMobile).joined(separator: ", ")
        throw Exclusion(
          reasons: ["analysis.mobile: \(name) was not recorded as a mobile ion (the record has \(known))"])
      }
      found.append(
        Species(name: recorded, group: group, others: asked.filter { $0 != recorded }))
    }
    return found
  }

  private func mobility(_ species: Species, reference: [Double]?) throws -> RunMobility {
    let steps = Self.even(steps)
    let accumulator = try RunMobilityAccumulator(
      frameCount: steps.count,
      frameInterval_ps: Double(steps[1] - steps[0]) * record.plan.timestep_ps,
      reference: reference.map { Array($0.prefix(3 * steps.count)) })
    try eachPart(of: species.group, frames: steps.count) { paths, count, _ in
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
