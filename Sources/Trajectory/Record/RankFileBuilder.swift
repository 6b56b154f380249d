import HDF5

/// The series of a record file that is being written: an attempt's or a merged one.
final class RankFileBuilder {
  let file: HDF5File
  private var particles: [String: ParticleWriter] = [:]
  private var observables: [String: ObservablesWriter] = [:]

  /// Creates all datasets of one block.
  ///
  /// - Parameters:
  ///   - groups: those without members in the block are left out of the file.
  ///   - series: the observables' series; only in block 0.
  ///   - after: the last step of each series that earlier attempts recorded.
  ///   - purpose: of each group.
  init(
    file: HDF5File, header: RankFileHeader, author: String, version: String, groups: [ParticleBlock],
    observables series: [String], after: [String: Int],
    purpose: (String) -> RecordLayout.Purpose
  ) throws {
    self.file = file
    let root = try file.root()
    try H5MDHeader.write(in: root, author: author, version: version)
    try header.write(in: root)
    let own = try root.group("paddlewheel")
    try own.setFixedAttribute("author", author)
    try own.setFixedAttribute("version", version)
    let parent = try root.createGroup("particles")
    for group in groups where !group.members.isEmpty {
      particles[group.name] = try ParticleWriter(
        in: parent, block: group, after: after[group.name], purpose: purpose(group.name))
    }
    for name in series {
      let group = try root.createGroup(RecordSeries.observablesPath(name))
      observables[name] = try ObservablesWriter(in: group, after: after[name], plan: header.plan)
    }
  }

  func particleWriter(_ group: String) -> ParticleWriter? { particles[group] }

  func observablesWriter(_ series: String) throws -> ObservablesWriter {
    guard let writer = observables[series] else {
      throw RecordError(file: file.path, message: "this file has no series '\(series)'")
    }
    return writer
  }

  /// Records of each series in this file.
  var frameCounts: [String: Int] {
    particles.mapValues(\.frameCount).merging(observables.mapValues(\.frameCount)) { first, _ in first }
  }

  /// The last step of each series that has one.
  var lastSteps: [String: Int] {
    particles.compactMapValues(\.lastStep)
      .merging(observables.compactMapValues(\.lastStep)) { first, _ in first }
  }

  func commit() throws {
    for name in particles.keys.sorted() { try particles[name]?.commit() }
    for name in observables.keys.sorted() { try observables[name]?.commit() }
  }
}
