import Foundation
import HDF5
import Support

/// Merges the files of a block's attempts into one when a run is done.
package enum RecordMerge {
  /// Writes `rank-0003.h5` from the attempts that led to the given one, marks it complete, and then deletes
  /// the attempts' files of this block. If interrupted, it can be called again.
  ///
  /// - Parameters:
  ///   - attempt: the one that finished the run.
  ///   - expecting: the last step that each series must contain; the writer's `lastSteps`. Series that this
  ///     block does not hold are ignored.
  /// - Throws: `RecordProblem` for attempts' files that are missing, damaged or short; `RecordError`;
  ///   `HDF5Error`. Attempts' files are then unchanged.
  package static func mergeAttempts(
    directory path: String, block: Int, attempt: Int, expecting lastSteps: [String: Int]
  ) throws {
    let directory = try RunDirectory(path)
    let target = path + "/" + RankFileName.merged(block: block)
    let newest = try newestFile(directory, block: block, attempt: attempt)
    let chain = try BlockChain(
      block: block, attempt: attempt, plan: newest.header.plan, in: directory)
    try check(chain, against: lastSteps, newest: newest)
    if !chain.isComplete {
      try AtomicFile.replace(target) { try write(chain, attempt: attempt, to: $0) }
    }
    _ = try RankFile(target)
    for old in directory.attempts[block] ?? [] where old <= attempt {
      try FileManager.default.removeItem(
        atPath: path + "/" + RankFileName.attempt(block: block, attempt: old))
    }
  }

  private static func newestFile(
    _ directory: RunDirectory, block: Int, attempt: Int
  ) throws -> RankFile {
    if let file = try directory.attemptFile(block, attempt)?.get() { return file }
    if let file = try directory.mergedFile(block)?.get() { return file }
    throw RecordProblem(
      kind: .missing, file: directory.path + "/" + RankFileName.attempt(block: block, attempt: attempt),
      message: "is missing")
  }

  private static func check(
    _ chain: BlockChain, against lastSteps: [String: Int], newest: RankFile
  ) throws {
    let held = Set(chain.files.flatMap { $0.index.keys })
    for (series, wanted) in lastSteps where held.contains(series) && chain.steps[series]?.last != wanted {
      throw RecordProblem(
        kind: .short, file: newest.path,
        message: "the records of \(series) end at step \(chain.steps[series]?.last ?? -1), wanted \(wanted)")
    }
  }

  private static func write(_ chain: BlockChain, attempt: Int, to path: String) throws {
    let files = chain.files
    guard let newest = files.first else { return }
    let blocks = try newest.header.plan.groups.compactMap { group in
      group.blockSizes[chain.block] > 0 ? try particleBlock(group, in: newest) : nil
    }
    let held = Set(files.flatMap { $0.index.keys })
    let header = RankFileHeader(
      block: chain.block, attempt: attempt,
      attempts: Set(files.flatMap(\.header.attempts)).sorted(), resumption: nil,
      plan: newest.header.plan,
      completeCounts: Dictionary(uniqueKeysWithValues: held.map { ($0, chain.steps[$0]?.count ?? 0) }))
    let file = try HDF5File.create(path, replacing: true)
    let (creator, author) = (try newest.version, try newest.author)
    let series = held.subtracting(blocks.map(\.name)).sorted()
    let builder = try RankFileBuilder(
      file: file, header: header, author: author, version: creator, groups: blocks,
      observables: series, after: [:],
      purpose: { .finished(records: chain.steps[$0]?.count ?? 0) })
    for block in blocks { try copy(block, from: chain, to: builder) }
    for name in series {
      let writer = try builder.observablesWriter(name)
      let source = try RunRecord.observables(in: chain, series: name)
      for (frame, record) in source.records.enumerated() {
        try writer.append(step: source.steps[frame], time_ps: source.times_ps[frame], record)
      }
    }
    try builder.commit()
    let root = try file.root()
    for old in files {
      for name in try old.root.group("paddlewheel/attempts").children() {
        let place = "paddlewheel/attempts/\(name)"
        if !(try root.exists(place)) { try old.root.copy(place, to: root, as: place) }
      }
    }
    try file.close()
  }

  private static func particleBlock(
    _ group: RecordPlanSummary.Group, in file: RankFile
  ) throws -> ParticleBlock {
    let root = try file.root.group("particles/\(group.name)")
    let species = try root.dataset("species")
    return ParticleBlock(
      name: group.name, kind: group.kind,
      members: try root.dataset("id").read(Int64.self).map { Int($0) },
      species: try species.readEnumeration(), enumeration: try species.enumeration())
  }

  /// Copies a group's records, one row of chunks at a time.
  private static func copy(
    _ block: ParticleBlock, from chain: BlockChain, to builder: RankFileBuilder
  ) throws {
    guard let writer = builder.particleWriter(block.name), let steps = chain.steps[block.name],
      let times = chain.times_ps[block.name]
    else { return }
    let size = block.members.count
    let batch = RecordLayout.particleChunk(members: size, for: .finished(records: steps.count)).frames
    func read<T: HDF5ElementValue>(_ dataset: String, _ frames: Range<Int>, _ rowSize: Int) throws -> [T] {
      try RunRecord.read(
        chain, block.name, dataset: dataset, frames: frames, members: nil, rowSize: rowSize, as: T.self)
    }
    for start in stride(from: 0, to: steps.count, by: batch) {
      let frames = start..<min(start + batch, steps.count)
      WorkCounter.advance()
      let positions: [Float] = try read("position/value", frames, 3 * size)
      let orientations: [Float]? =
        block.kind == .bodies ? try read("orientation/value", frames, 4 * size) : nil
      let edges: [Double] = try read("box/edges/value", frames, 9)
      for frame in frames {
        let row = frame - start
        let cell = Array(edges[(9 * row)..<(9 * row + 9)])
        try positions.withUnsafeBufferPointer { positions in
          try writer.append(
            step: steps[frame], time_ps: times[frame], edges: cell,
            positions: .init(rebasing: positions[(3 * size * row)..<(3 * size * (row + 1))]),
            orientations: orientations?[(4 * size * row)..<(4 * size * (row + 1))])
        }
      }
    }
  }
}
