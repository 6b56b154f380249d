import HDF5
import Support

/// Combines the blocks of a finished run in one file for other programs.
package enum VirtualTrajectory {
  /// Writes `trajectory.h5`: positions and orientations are virtual datasets over the blocks' files in the
  /// same directory; everything else is stored in the file. A lost block shows as NaN.
  ///
  /// MDAnalysis pairs observables with the records of the first particle group by their index, so
  /// `/observables` holds only those at that group's steps, and none when one of these is missing. The full
  /// series is in `rank-0000.h5`.
  ///
  /// - Throws: `RecordProblem` when a block is not complete or can't be used; `HDF5Error`, `RecordError`.
  package static func write(directory path: String) throws {
    let record = try RunRecord(directory: path)
    if let problem = record.problems.first { throw problem }
    guard record.isComplete else {
      throw RecordError(file: path, message: "the attempts of some blocks are not merged yet")
    }
    try AtomicFile.replace(path + "/" + RankFileName.trajectory) { temporary in
      let file = try HDF5File.create(temporary, replacing: true)
      let root = try file.root()
      let source = try record.chain(0).files[0]
      try H5MDHeader.write(
        in: root, author: try source.author, version: try source.version)
      let own = try root.createGroup("paddlewheel")
      try own.setAttribute("plan_sha256", record.plan.digest)
      let particles = try root.createGroup("particles")
      for group in record.plan.groups where group.memberCount > 0 {
        try write(group, of: record, in: try particles.createGroup(group.name))
      }
      try writeObservables(of: record, in: root)
      try file.close()
    }
  }

  private static func write(
    _ group: RecordPlanSummary.Group, of record: RunRecord, in root: HDF5Group
  ) throws {
    let blocks = try record.usableBlocks(of: group.name)
    guard let first = blocks.first else { return }
    let species = try record.chain(first).files[0].root.dataset("particles/\(group.name)/species")
    let whole = ParticleBlock(
      name: group.name, kind: group.kind,
      members: try blocks.flatMap { try record.members(of: group.name, block: $0) },
      species: try blocks.flatMap { try record.species(of: group.name, block: $0) },
      enumeration: try species.enumeration())
    try ParticleMetadata.write(whole, in: root)

    let frames = record.frameCount(of: group.name)
    func view(_ name: String, _ components: Int) throws -> HDF5Dataset {
      let parent = try root.createGroup(name)
      let sources = blocks.map { block in
        HDF5VirtualSource(
          file: RankFileName.merged(block: block), dataset: "/particles/\(group.name)/\(name)/value",
          shape: [frames, group.blockSizes[block], components],
          offset: [0, group.firstMember(of: block), 0])
      }
      return try parent.createVirtualDataset(
        "value", of: Float.self, shape: [frames, group.memberCount, components], sources: sources,
        fill: Float.nan)
    }
    try view("position", 3).setAttribute("unit", "Angstrom")
    let position = try root.group("position")
    try writeTimes(
      steps: try record.steps(of: group.name), times_ps: try record.times_ps(of: group.name), in: position)
    if group.kind == .bodies {
      try view("orientation", 4).close()
      try ParticleMetadata.linkStepAndTime(from: position, to: try root.group("orientation"))
    }
    let box = try root.createGroup("box/edges")
    let edges = try record.cells(of: group.name).flatMap { cell in
      cell.vectors.flatMap { [$0.x, $0.y, $0.z] }
    }
    try box.writeDataset("value", edges, shape: [frames, 3, 3]).setAttribute("unit", "Angstrom")
    try ParticleMetadata.linkStepAndTime(from: position, to: box)
  }

  private static func writeTimes(steps: [Int], times_ps: [Double], in group: HDF5Group) throws {
    try group.writeDataset("step", steps.map { Int64($0) })
    try group.writeDataset("time", times_ps).setAttribute("unit", "ps")
  }

  private static func writeObservables(of record: RunRecord, in root: HDF5Group) throws {
    let all = try record.observables()
    guard let name = record.plan.groups.filter({ $0.memberCount > 0 }).map(\.name).min() else { return }
    let rows = Dictionary(uniqueKeysWithValues: all.steps.enumerated().map { ($1, $0) })
    let steps = try record.steps(of: name)
    let chosen = steps.compactMap { rows[$0] }
    let parent = try root.createGroup("observables")
    guard chosen.count == steps.count, !chosen.isEmpty else { return }

    let pressure = try parent.createGroup(ObservablesRecord.pressureName)
    try writeTimes(steps: steps, times_ps: chosen.map { all.times_ps[$0] }, in: pressure)
    try pressure.writeDataset(
      "value", chosen.flatMap { all.records[$0].pressure_GPa }, shape: [chosen.count, 3, 3]
    ).setAttribute("unit", ObservablesRecord.pressureUnit)
    for entry in ObservablesRecord.scalars {
      let group = try parent.createGroup(entry.name)
      try group.writeDataset("value", chosen.map { entry.field(all.records[$0]) })
        .setAttribute("unit", entry.unit)
      try ParticleMetadata.linkStepAndTime(from: pressure, to: group)
    }
    for quantity in ObservablesRecord.byKind {
      guard let kinds = quantity.kinds(record.plan) else { continue }
      let group = try parent.createGroup(quantity.name)
      try group.writeDataset(
        "value", chosen.flatMap { quantity.field(all.records[$0]) },
        shape: [chosen.count, kinds.count, quantity.width]
      ).setAttribute("unit", quantity.unit)
      try group.setFixedAttribute("kinds", kinds.joined(separator: " "))
      try ParticleMetadata.linkStepAndTime(from: pressure, to: group)
    }
  }
}
