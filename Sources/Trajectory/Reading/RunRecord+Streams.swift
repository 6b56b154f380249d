import Crystal

/// Reading in memory that does not grow with the number of records times members.
extension RunRecord {
  /// Records read at a time where all are read once.
  private static let slab = 4096

  /// The number of members in a chunk of a block's files.
  package func memberChunk(of group: String, block: Int) throws -> Int {
    let size = try self.group(group).blockSizes[block]
    return max(1, min(size, try chunks(of: group, block: block).map { $0[1] }.max() ?? size))
  }

  /// The number of records in a chunk of a block's files.
  package func recordChunk(of group: String, block: Int) throws -> Int {
    max(1, try chunks(of: group, block: block).map { $0[0] }.max() ?? 1)
  }

  private func chunks(of group: String, block: Int) throws -> [[Int]] {
    try (try chain(block).segments[group] ?? []).compactMap { segment in
      try segment.file.root.dataset("particles/\(group)/position/value").chunkShape()
    }
  }

  /// Divides a block's members so that the paths of each part over `frames` records fit in the given memory,
  /// and if possible no chunk is decompressed twice.
  ///
  /// - Parameter bytes: requested memory; the path of one member is the minimum.
  package func memberRanges(of group: String, block: Int, frames: Int, bytes: Int) throws -> [Range<Int>] {
    let size = try self.group(group).blockSizes[block]
    let width = try memberChunk(of: group, block: block)
    let fitting = max(1, bytes / (3 * MemoryLayout<Float>.size * max(1, frames)))
    if fitting >= width {
      let step = fitting / width * width
      return stride(from: 0, to: size, by: step).map { $0..<min($0 + step, size) }
    }
    let parts = (width + fitting - 1) / fitting
    let step = (width + parts - 1) / parts
    return stride(from: 0, to: size, by: width).flatMap { column in
      let end = min(column + width, size)
      return stride(from: column, to: end, by: step).map { $0..<min($0 + step, end) }
    }
  }

  /// Reads the paths of some members of a block, with several threads.
  ///
  /// - Parameters:
  ///   - members: counted from the block's first, preferably as `memberRanges` returns them.
  ///   - paths: `[member][component][record]`, Å, unwrapped.
  /// - Throws: `RecordProblem` for a block that can't be used; `RecordError`, `HDF5Error` naming the file.
  public func readPaths(
    group: String, block: Int, members: Range<Int>, frames: Range<Int>, threads: Int,
    into paths: UnsafeMutableBufferPointer<Float>
  ) throws {
    try read(
      group, block, members, frames, dataset: "position/value", components: 3,
      layout: .paths(records: frames.count, components: 3), threads: threads, into: paths)
  }

  /// Reads some records of all members of a block, with several threads.
  ///
  /// - Parameter positions: `[record][member][3]`, Å, unwrapped.
  /// - Throws: as `readPaths` does.
  package func readRecords(
    group: String, block: Int, frames: Range<Int>, threads: Int,
    into positions: UnsafeMutableBufferPointer<Float>
  ) throws {
    let size = try self.group(group).blockSizes[block]
    try read(
      group, block, 0..<size, frames, dataset: "position/value", components: 3,
      layout: .records(members: size, components: 3), threads: threads, into: positions)
  }

  private func read(
    _ group: String, _ block: Int, _ members: Range<Int>, _ frames: Range<Int>, dataset: String,
    components: Int, layout: ValueLayout, threads: Int, into target: UnsafeMutableBufferPointer<Float>
  ) throws {
    let chain = try chain(block)
    let size = try self.group(group).blockSizes[block]
    guard members.lowerBound >= 0, members.upperBound <= size, frames.lowerBound >= 0,
      frames.upperBound <= frameCount(of: group), target.count == members.count * frames.count * components
    else {
      throw RecordError(
        file: chain.files[0].path, place: "/particles/\(group)",
        message: "members \(members) at records \(frames) are not among \(size) at "
          + "\(frameCount(of: group)), or do not fill \(target.count) values")
    }
    guard let base = target.baseAddress, !target.isEmpty else { return }
    try chain.readChunks(
      group, dataset: dataset, frames: frames, members: members, components: components, layout: layout,
      threads: threads, into: base)
  }

  /// The cell over a group's records.
  /// - Throws: `RecordError` for a group without records; what `cells(of:frames:)` throws.
  public func cellSummary(of group: String) throws -> CellSummary {
    let count = frameCount(of: group)
    var (basis, sum) = (LatticeBasis(), MeanCell())
    var (changes, volume) = (false, 0.0)
    var first: Cell?
    for start in stride(from: 0, to: count, by: Self.slab) {
      for cell in try cells(of: group, frames: start..<min(start + Self.slab, count)) {
        changes = changes || cell != first ?? cell
        first = first ?? cell
        volume += cell.volume
        sum.add(basis.advance(cell))
      }
    }
    guard let first, let mean = sum.cell else {
      throw RecordError(
        file: try firstChain(of: group)?.files.first?.path ?? "the record", place: "/particles/\(group)",
        message: "there is no record")
    }
    return CellSummary(
      changes: changes, meanVolume_A3: volume / Double(count), first: first, mean: changes ? mean : first)
  }
}

/// The cell over the records of a run.
public struct CellSummary: Equatable, Sendable {
  /// Whether it changes.
  public var changes: Bool
  /// Å³.
  public var meanVolume_A3: Double
  /// Of the first record.
  public var first: Cell
  /// The mean lattice vectors, which continue those of the first record (`LatticeBasis`).
  public var mean: Cell
}
