import HDF5

/// The members of one group in one block.
struct ParticleBlock {
  var name: String
  var kind: RecordPlan.Kind
  var members: [Int]
  var species: [String]
  /// For the whole group, so that a species has the same number in every block.
  var enumeration: HDF5Enumeration

  init(
    name: String, kind: RecordPlan.Kind, members: [Int], species: [String], enumeration: HDF5Enumeration
  ) {
    self.name = name
    self.kind = kind
    self.members = members
    self.species = species
    self.enumeration = enumeration
  }

  init(_ group: RecordPlan.Group, block: Int) {
    let range = group.blocks[block]
    let names = Set(group.species).sorted().enumerated().map { ($1, Int32($0)) }
    self.init(
      name: group.name, kind: group.kind, members: Array(group.members[range]),
      species: Array(group.species[range]),
      enumeration: HDF5Enumeration(values: Dictionary(uniqueKeysWithValues: names)))
  }
}

/// Writes the members of one group in one block: `/particles/<name>`.
final class ParticleWriter {
  let memberCount: Int
  private let path: String
  private let file: String
  private let series: SeriesWriter
  private let positions: SeriesChannel<Float>
  private let orientations: SeriesChannel<Float>?
  private let edges: SeriesChannel<Double>

  init(
    in particles: HDF5Group, block group: ParticleBlock, after: Int?, purpose: RecordLayout.Purpose
  ) throws {
    memberCount = group.members.count
    file = particles.filePath
    let chunk = RecordLayout.particleChunk(members: memberCount, for: purpose)
    let root = try particles.createGroup(group.name)
    path = root.path
    try ParticleMetadata.write(group, in: root)

    let position = try root.createGroup("position")
    series = try SeriesWriter(in: position, name: root.path, chunkFrames: chunk.frames, after: after)
    positions = try series.addChannel(
      in: position, of: Float.self, rowShape: [memberCount, 3], chunk: [chunk.members, 3],
      unit: "Angstrom", fill: Float.nan)
    if group.kind == .bodies {
      let orientation = try root.createGroup("orientation")
      orientations = try series.addChannel(
        in: orientation, of: Float.self, rowShape: [memberCount, 4], chunk: [chunk.members, 4],
        unit: nil, fill: Float.nan)
      try ParticleMetadata.linkStepAndTime(from: position, to: orientation)
    } else {
      orientations = nil
    }
    let box = try root.createGroup("box/edges")
    edges = try series.addChannel(
      in: box, of: Double.self, rowShape: [3, 3], unit: "Angstrom", fill: Double.nan)
    try ParticleMetadata.linkStepAndTime(from: position, to: box)
  }

  var frameCount: Int { series.frameCount }
  var lastStep: Int? { series.lastStep }
  func commit() throws { try series.commit() }

  /// Appends a record.
  ///
  /// - Parameter edges: the cell vectors' nine components, Å.
  func append(
    step: Int, time_ps: Double, edges newEdges: [Double], positions newPositions: UnsafeBufferPointer<Float>,
    orientations newOrientations: (some Collection<Float>)?
  ) throws {
    guard newPositions.count == 3 * memberCount,
      (newOrientations?.count ?? 0) == (orientations == nil ? 0 : 4 * memberCount)
    else {
      throw RecordError(
        file: file, place: path,
        message: "found \(newPositions.count) position and \(newOrientations?.count ?? 0) orientation "
          + "components for \(memberCount) members")
    }
    try series.append(step: step, time_ps: time_ps) {
      positions.append(newPositions)
      if let newOrientations { orientations?.append(newOrientations) }
      edges.append(newEdges)
    }
  }
}
