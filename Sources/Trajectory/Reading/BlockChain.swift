import HDF5

/// The element types of a series: NaN marks unwritten values.
typealias HDF5ElementValue = HDF5Element & BinaryFloatingPoint

/// The records of one block of a run, joined from its attempts: each attempt's up to the checkpoint from
/// which its successor resumed.
struct BlockChain {
  /// Consecutive records of one series in one file.
  struct Segment {
    var file: RankFile
    /// Rows of the file's datasets.
    var rows: Range<Int>
  }

  let block: Int
  /// Oldest first.
  private(set) var segments: [String: [Segment]] = [:]
  private(set) var steps: [String: [Int]] = [:]
  private(set) var times_ps: [String: [Double]] = [:]
  /// The files in use, newest first.
  private(set) var files: [RankFile] = []

  /// Whether the block is a merged file that is marked complete.
  var isComplete: Bool { files.count == 1 && files[0].header.completeCounts != nil }

  /// - Parameters:
  ///   - attempt: the newest attempt to include.
  ///   - plan: the plan that all files must agree with.
  /// - Throws: `RecordProblem` naming the first file that is missing, damaged, of another plan or short.
  init(block: Int, attempt: Int, plan: RecordPlanSummary, in directory: RunDirectory) throws {
    self.block = block
    var current = attempt
    var limit: [String: Int]?
    var links: [(file: RankFile, limit: [String: Int]?)] = []
    while true {
      let found = try Self.find(block: block, attempt: current, in: directory)
      links.append((found.file, limit))
      guard found.file.header.plan == plan else {
        throw RecordProblem(
          kind: .mismatch, file: found.file.path, message: "was written by another plan than the others")
      }
      guard !found.isWhole, let resumption = found.file.header.resumption else { break }
      guard resumption.attempt < current else {
        throw RecordProblem(
          kind: .damaged, file: found.file.path,
          message: "attempt \(current) can't resume from attempt \(resumption.attempt)")
      }
      let older = resumption.lastSteps
      // Records that a later checkpoint does not cover can't come from an earlier one.
      limit = limit.map { Self.combine($0, older) } ?? older
      current = resumption.attempt
    }
    files = links.map(\.file)
    for link in links.reversed() { try add(link.file, limit: link.limit) }
  }

  /// The steps that both checkpoints cover: for each series that both name, the earlier step.
  private static func combine(_ one: [String: Int], _ other: [String: Int]) -> [String: Int] {
    one.merging(other, uniquingKeysWith: min).filter { one[$0.key] != nil && other[$0.key] != nil }
  }

  private static func find(
    block: Int, attempt: Int, in directory: RunDirectory
  ) throws -> (file: RankFile, isWhole: Bool) {
    // A merged file takes precedence: attempts' files beside it remain from an interrupted merge.
    if let merged = try directory.mergedFile(block)?.get(), merged.header.attempts.contains(attempt) {
      return (merged, true)
    }
    if let file = try directory.attemptFile(block, attempt)?.get() { return (file, false) }
    throw RecordProblem(
      kind: .missing,
      file: directory.path + "/" + RankFileName.attempt(block: block, attempt: attempt),
      message: "is missing, and so is a merged \(RankFileName.merged(block: block)) with this attempt")
  }

  private mutating func add(_ file: RankFile, limit: [String: Int]?) throws {
    for (series, index) in file.index {
      let last = steps[series]?.last ?? -1
      let first = index.steps.firstIndex { $0 > last } ?? index.steps.count
      let end =
        limit.map { limit in
          index.steps.firstIndex { $0 > limit[series] ?? -1 } ?? index.steps.count
        } ?? index.steps.count
      guard first < end else { continue }
      segments[series, default: []].append(Segment(file: file, rows: first..<end))
      steps[series, default: []] += index.steps[first..<end]
      times_ps[series, default: []] += index.times_ps[first..<end]
    }
    for (series, wanted) in limit ?? [:] where file.index[series] != nil && steps[series]?.last != wanted {
      throw RecordProblem(
        kind: .short, file: file.path,
        message: "its records of \(series) end at step \(steps[series]?.last ?? -1), but a later attempt "
          + "went on from step \(wanted)")
    }
  }

  /// Reads rows of a series across the files that hold them.
  ///
  /// - Parameters:
  ///   - dataset: the path below the series' group.
  ///   - rowSize: values in a row, of the requested members.
  /// - Throws: `HDF5Error`, `RecordError`, naming the file.
  func read<T: HDF5ElementValue>(
    _ series: String, dataset: String, frames: Range<Int>, members: Range<Int>?, rowSize: Int,
    into buffer: UnsafeMutableBufferPointer<T>
  ) throws {
    var first = 0
    for segment in segments[series] ?? [] {
      let here = (first..<(first + segment.rows.count)).clamped(to: frames)
      defer { first += segment.rows.count }
      guard !here.isEmpty, let path = segment.file.index[series]?.path else { continue }
      let shift = segment.rows.lowerBound - first
      let rows = (here.lowerBound + shift)..<(here.upperBound + shift)
      let start = (here.lowerBound - frames.lowerBound) * rowSize
      let part = UnsafeMutableBufferPointer(rebasing: buffer[start..<(start + rows.count * rowSize)])
      try segment.file.read("\(path)/\(dataset)", frames: rows, members: members, into: part)
    }
  }
}
