import HDF5

/// Writes a run's record as one self-contained H5MD file: all blocks merged, members sorted by id.
///
/// The file has the layout of a run with a single block, so that `RunRecord(file:)` reads it, and other
/// programs read it as any H5MD file.
package enum RecordCopy {
  /// The observables in `/observables`.
  package enum Observables: Sendable {
    /// All of them.
    case all
    /// Only those at the records of the first group: MDAnalysis pairs the two by index. The full series is
    /// then in `/paddlewheel/stages/sample`.
    case atRecordsOfFirstGroup
  }

  /// The name under which a copy keeps the observables of the sampling stage.
  package static let sampleStage = "sample"

  /// - Parameters:
  ///   - path: must not exist; the caller makes the writing atomic.
  ///   - groups: nil for all.
  ///   - selection: the records of every group.
  ///   - describe: adds to the file, given its root, before the file is closed.
  /// - Throws: `RecordProblem` where a part of the record is missing or damaged; `RecordError`, `HDF5Error`.
  package static func write(
    _ record: RunRecord, to path: String, groups names: [String]? = nil,
    selection: RecordSelection = RecordSelection(), observables: Observables,
    describe: (HDF5Group) throws -> Void = { _ in }
  ) throws {
    if let problem = record.problems.first { throw problem }
    let groups = record.plan.groups.filter { names?.contains($0.name) ?? true && $0.memberCount > 0 }
    guard let first = groups.min(by: { $0.name < $1.name }) else {
      throw RecordError(file: path, message: "there is no group to write")
    }
    let series = try observableSeries(
      of: record, observables, at: try record.steps(of: first.name),
      ofStage: RecordSeries.stage(ofGroup: first.name),
      selection)
    var counts = series.mapValues(\.steps.count)
    var blocks: [(order: MemberOrder, block: ParticleBlock)] = []
    for group in groups {
      counts[group.name] = Array(selection.records(of: record.frameCount(of: group.name))).count
      let order = try MemberOrder(record, group: group.name)
      let numbers = Set(order.species).sorted().enumerated().map { ($1, Int32($0)) }
      blocks.append(
        (
          order,
          ParticleBlock(
            name: group.name, kind: group.kind, members: order.ids, species: order.species,
            enumeration: HDF5Enumeration(values: Dictionary(uniqueKeysWithValues: numbers)))
        ))
    }
    let source = try record.chain(0).files[0]
    let header = RankFileHeader(
      block: 0, attempt: record.attempt, attempts: source.header.attempts, resumption: nil,
      plan: summary(record.plan, groups, selection), completeCounts: counts)
    let file = try HDF5File.create(path, replacing: true)
    let builder = try RankFileBuilder(
      file: file, header: header, author: try source.author, version: try source.version,
      groups: blocks.map(\.block),
      observables: series.keys.sorted(), after: [:],
      purpose: { .finished(records: counts[$0] ?? 0) })
    for (order, block) in blocks { try copy(block, order, from: record, selection, to: builder) }
    for (name, values) in series {
      let writer = try builder.observablesWriter(name)
      for (frame, entry) in values.records.enumerated() {
        try writer.append(step: values.steps[frame], time_ps: values.times_ps[frame], entry)
      }
    }
    try builder.commit()
    let root = try file.root()
    for old in try record.chain(0).files { try copyAttempts(of: old, to: root) }
    try describe(root)
    try file.close()
  }

  private static func summary(
    _ plan: RecordPlanSummary, _ groups: [RecordPlanSummary.Group], _ selection: RecordSelection
  ) -> RecordPlanSummary {
    var summary = plan
    summary.blockCount = 1
    summary.groups = groups.map { group in
      var group = group
      group.blockSizes = [group.memberCount]
      group.intervalSteps *= selection.every
      return group
    }
    return summary
  }

  /// - Parameter ownStage: that of the first group; nil for the sampling stage.
  private static func observableSeries(
    of record: RunRecord, _ choice: Observables, at steps: [Int], ofStage ownStage: String?,
    _ selection: RecordSelection
  ) throws -> [String: ObservablesSeries] {
    var series: [String: ObservablesSeries] = [:]
    for stage in try record.stages() where stage != sampleStage {
      series[RecordSeries.stage(stage)] = try record.observables(stage: stage)
    }
    // A copy of a copy: the whole series is in that stage.
    let isCopy = try record.stages().contains(sampleStage)
    let all = try record.observables(stage: isCopy ? sampleStage : nil)
    guard choice == .atRecordsOfFirstGroup else {
      series[RecordSeries.observables] = all
      return series
    }
    series[RecordSeries.stage(sampleStage)] = all
    // Steps count from the start of each stage.
    let paired = try ownStage.map { try record.observables(stage: $0) } ?? all
    let rows = Dictionary(uniqueKeysWithValues: paired.steps.enumerated().map { ($1, $0) })
    let wanted = selection.records(of: steps.count).map { steps[$0] }
    let chosen = wanted.compactMap { rows[$0] }
    var thinned = ObservablesSeries()
    if chosen.count == wanted.count {
      thinned.steps = wanted
      thinned.times_ps = chosen.map { paired.times_ps[$0] }
      thinned.records = chosen.map { paired.records[$0] }
    }
    // Readers that expect one row per record would take an empty series for missing values.
    if !thinned.steps.isEmpty { series[RecordSeries.observables] = thinned }
    return series
  }

  private static func copyAttempts(of file: RankFile, to root: HDF5Group) throws {
    for name in try file.root.group("paddlewheel/attempts").children() {
      let place = "paddlewheel/attempts/\(name)"
      if !(try root.exists(place)) { try file.root.copy(place, to: root, as: place) }
    }
  }

  /// Copies a group's records in batches of about the writer's buffer size.
  private static func copy(
    _ block: ParticleBlock, _ order: MemberOrder, from record: RunRecord, _ selection: RecordSelection,
    to builder: RankFileBuilder
  ) throws {
    let name = block.name
    guard let writer = builder.particleWriter(name) else { return }
    let steps = try record.steps(of: name)
    let times = try record.times_ps(of: block.name)
    let cells = try record.cells(of: block.name)
    let size = block.members.count
    let batch = RecordLayout.particleChunk(members: size, for: .finished(records: steps.count)).frames
    let selected = Set(selection.records(of: steps.count))
    for start in stride(from: 0, to: steps.count, by: batch) {
      let frames = start..<min(start + batch, steps.count)
      let wanted = frames.filter(selected.contains)
      guard !wanted.isEmpty else { continue }
      let positions = try order.gather(frames: frames.count, width: 3) { block, members in
        try record.readPositions(group: name, block: block, members: members, frames: frames)
      }
      let orientations =
        block.kind == .bodies
        ? try order.gather(frames: frames.count, width: 4) { block, members in
          try record.readOrientations(group: name, block: block, members: members, frames: frames)
        } : nil
      for frame in wanted {
        let row = frame - start
        let edges = cells[frame].vectors.flatMap { [$0.x, $0.y, $0.z] }
        let turns = orientations.map { $0[(4 * size * row)..<(4 * size * (row + 1))] }
        try positions.withUnsafeBufferPointer { positions in
          let own = UnsafeBufferPointer(rebasing: positions[(3 * size * row)..<(3 * size * (row + 1))])
          try writer.append(
            step: steps[frame], time_ps: times[frame], edges: edges, positions: own, orientations: turns)
        }
      }
    }
  }
}
