import Crystal

/// The frames of a group of a record, with its members of all blocks by ascending id.
package struct RecordFrames {
  package struct Frame {
    /// From 0.
    package let index: Int
    /// Since the start of the stage.
    package let step: Int
    package let time_ps: Double
    package let cell: Cell
    /// `[member][3]`, Å, unwrapped.
    package let positions_A: ArraySlice<Float>
    /// `[member][4]`, quaternions w, x, y, z; empty for atoms.
    package let orientations: ArraySlice<Float>
  }

  package let group: RecordPlanSummary.Group
  package let ids: [Int]
  package let species: [String]
  /// Frames.
  package var count: Int { steps.count }
  private let record: RunRecord
  private let order: MemberOrder
  private let steps: [Int]
  private let times_ps: [Double]
  private let cells: [Cell]

  /// - Parameter path: of the file that is written, or of the run, for messages.
  /// - Throws: `RecordProblem` where a part of the record is missing or damaged; `RecordError` for a group that it does not
  ///   have; `HDF5Error`.
  package init(_ record: RunRecord, group: String, path: String) throws {
    if let problem = record.problems.first { throw problem }
    guard let plan = record.plan.group(group), plan.memberCount > 0 else {
      throw RecordError(
        file: path,
        message: "no group '\(group)'; there are \(record.plan.groups.map(\.name).joined(separator: ", "))")
    }
    self.group = plan
    self.record = record
    order = try MemberOrder(record, group: group)
    (ids, species) = (order.ids, order.species)
    steps = try record.steps(of: group)
    times_ps = try record.times_ps(of: group)
    cells = try record.cells(of: group)
  }

  /// Calls `body` with frames in their order.
  /// - Parameter isWanted: receives the index of each frame.
  package func forEach(where isWanted: (Int) -> Bool, _ body: (Frame) throws -> Void) throws {
    let (name, isBody) = (group.name, group.kind == .bodies)
    let batch = RecordLayout.particleChunk(members: ids.count, for: .finished(records: count)).frames
    for start in stride(from: 0, to: count, by: batch) {
      // A whole chunk of frames: reading one frame at a time would decompress the chunk for each.
      let frames = start..<min(start + batch, count)
      let wanted = frames.filter(isWanted)
      guard !wanted.isEmpty else { continue }
      let positions = try order.gather(frames: frames.count, width: 3) { block, members in
        try record.readPositions(group: name, block: block, members: members, frames: frames)
      }
      let orientations =
        isBody
        ? try order.gather(frames: frames.count, width: 4) { block, members in
          try record.readOrientations(group: name, block: block, members: members, frames: frames)
        } : []
      for frame in wanted {
        let first = (frame - start) * ids.count
        try body(
          Frame(
            index: frame, step: steps[frame], time_ps: times_ps[frame], cell: cells[frame],
            positions_A: positions[(3 * first)..<(3 * (first + ids.count))],
            orientations: isBody ? orientations[(4 * first)..<(4 * (first + ids.count))] : []))
      }
    }
  }
}
