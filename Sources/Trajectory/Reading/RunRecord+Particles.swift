import Crystal
import Mathematics
import Support

extension RunRecord {
  /// Ids of a group's members in a block: of atoms, or of molecules for bodies.
  ///
  /// - Throws: `RecordProblem` for a block that can't be used; `HDF5Error`.
  public func members(of group: String, block: Int) throws -> [Int] {
    guard let file = try metadataFile(of: group, block: block) else { return [] }
    return try file.root.dataset("particles/\(group)/id").read(Int64.self).map { Int($0) }
  }

  /// The species of a group's members in a block.
  public func species(of group: String, block: Int) throws -> [String] {
    guard let file = try metadataFile(of: group, block: block) else { return [] }
    let species = try file.root.dataset("particles/\(group)/species")
    if let bad = try species.enumeration().values.keys.first(where: { !isSpeciesName($0) }) {
      throw RecordError(
        file: file.path, place: "/particles/\(group)/species",
        message: "found '\(visible(bad.prefix(60)))', wanted names of letters, digits and + - _ . ( ) [ ]")
    }
    return try species.readEnumeration()
  }

  private func metadataFile(of group: String, block: Int) throws -> RankFile? {
    let size = try self.group(group).blockSizes[block]
    let file = try chain(block).files.first
    return size > 0 ? file : nil
  }

  /// The cell at each record of a group, or at some.
  public func cells(of group: String, frames: Range<Int>? = nil) throws -> [Cell] {
    guard let chain = try firstChain(of: group) else { return [] }
    let frames = frames ?? 0..<frameCount(of: group)
    let values = try Self.read(
      chain, group, dataset: "box/edges/value", frames: frames, members: nil, rowSize: 9, as: Double.self)
    return try frames.map { frame in
      let at = 9 * (frame - frames.lowerBound)
      let v = (0..<3).map { Vector3(values[at + 3 * $0], values[at + 3 * $0 + 1], values[at + 3 * $0 + 2]) }
      let cell = Cell(a: v[0], b: v[1], c: v[2])
      guard cell.volume > 0, cell.volume.isFinite else {
        throw RecordError(
          file: chain.files[0].path, place: "/particles/\(group)/box",
          message: "the cell of record \(frame) has no volume")
      }
      return cell
    }
  }

  /// Positions of some of a group's members in a block, at some records.
  ///
  /// - Parameters:
  ///   - members: counted from the block's first; reading is fastest in multiples of
  ///     `memberChunk(of:block:)`, over all records at once.
  /// - Returns: `[record][member][3]`, Å, unwrapped.
  /// - Throws: `RecordProblem` for a block that can't be used; `RecordError`, `HDF5Error` naming the file.
  public func readPositions(
    group: String, block: Int, members: Range<Int>, frames: Range<Int>
  ) throws -> [Float] {
    try readMembers(group, block, members, frames, dataset: "position/value", components: 3)
  }

  /// Orientations of bodies, as `readPositions` does.
  ///
  /// - Returns: `[record][member][4]`, unit quaternions w, x, y, z.
  public func readOrientations(
    group: String, block: Int, members: Range<Int>, frames: Range<Int>
  ) throws -> [Float] {
    guard try self.group(group).kind == .bodies else {
      throw RecordError(
        file: try chain(block).files[0].path, place: "/particles/\(group)",
        message: "atoms have no orientation")
    }
    return try readMembers(group, block, members, frames, dataset: "orientation/value", components: 4)
  }

  private func readMembers(
    _ group: String, _ block: Int, _ members: Range<Int>, _ frames: Range<Int>, dataset: String,
    components: Int
  ) throws -> [Float] {
    let chain = try chain(block)
    let size = try self.group(group).blockSizes[block]
    guard members.lowerBound >= 0, members.upperBound <= size, frames.lowerBound >= 0,
      frames.upperBound <= frameCount(of: group)
    else {
      throw RecordError(
        file: chain.files[0].path, place: "/particles/\(group)",
        message: "members \(members) at records \(frames) are not among \(size) at \(frameCount(of: group))")
    }
    return try Self.read(
      chain, group, dataset: dataset, frames: frames, members: members,
      rowSize: members.count * components, as: Float.self)
  }

  static func read<T: HDF5ElementValue>(
    _ chain: BlockChain, _ series: String, dataset: String, frames: Range<Int>, members: Range<Int>?,
    rowSize: Int, as _: T.Type
  ) throws -> [T] {
    var values = [T](repeating: 0, count: frames.count * rowSize)
    try values.withUnsafeMutableBufferPointer { buffer in
      try chain.read(
        series, dataset: dataset, frames: frames, members: members, rowSize: rowSize, into: buffer)
    }
    return values
  }
}
