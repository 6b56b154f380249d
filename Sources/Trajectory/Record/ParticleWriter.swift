import Crystal
import HDF5

/// Writes the members of one group that one block holds: `/particles/<name>`.
final class ParticleWriter {
  let memberCount: Int
  private let path: String
  private let file: String
  private let series: SeriesWriter
  private let positions: SeriesChannel<Float>
  private let orientations: SeriesChannel<Float>?
  private let edges: SeriesChannel<Double>

  init(in particles: HDF5Group, group: RecordPlan.Group, block: Int, after: Int?) throws {
    let range = group.blocks[block]
    memberCount = range.count
    file = particles.filePath
    let chunk = RecordLayout.particleChunk(members: range.count)
    let root = try particles.createGroup(group.name)
    path = root.path
    try ParticleMetadata.write(
      in: root, members: Array(group.members[range]), species: Array(group.species[range]),
      allSpecies: group.species)

    let position = try root.createGroup("position")
    series = try SeriesWriter(in: position, name: root.path, chunkFrames: chunk.frames, after: after)
    positions = try series.addChannel(
      in: position, of: Float.self, rowShape: [range.count, 3], chunk: [chunk.members, 3],
      unit: "Angstrom", fill: Float.nan)
    if group.kind == .bodies {
      let orientation = try root.createGroup("orientation")
      orientations = try series.addChannel(
        in: orientation, of: Float.self, rowShape: [range.count, 4], chunk: [chunk.members, 4],
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

  func append(
    step: Int, time_ps: Double, cell: Cell, positions newPositions: UnsafeBufferPointer<Float>,
    orientations newOrientations: UnsafeBufferPointer<Float>?
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
      for vector in cell.vectors { edges.append([vector.x, vector.y, vector.z]) }
    }
  }
}
