import Crystal
import Foundation
import HDF5

/// Writes a group's records as extXYZ, for OVITO, ASE and other programs.
package enum ExtXYZExport {
  /// Positions are unwrapped and written so that they read back as the same single-precision numbers; the
  /// comment line holds `step` and `time_ps`. Bodies have the species X, their name as `kind`, and their
  /// `orientation` as a quaternion w, x, y, z.
  ///
  /// - Parameters:
  ///   - path: of the file, for messages.
  ///   - molecules: the molecule of each member, by ascending id; nil to leave it out.
  ///   - body: receives the text, a part at a time.
  /// - Throws: `RecordProblem` where a part of the record is missing or damaged; `RecordError`, `HDF5Error`.
  package static func write(
    _ record: RunRecord, group: String, to path: String, selection: RecordSelection = RecordSelection(),
    molecules: [Int]? = nil, _ body: (Data) throws -> Void
  ) throws {
    if let problem = record.problems.first { throw problem }
    guard let plan = record.plan.group(group), plan.memberCount > 0 else {
      throw RecordError(
        file: path,
        message: "no group '\(group)'; there are \(record.plan.groups.map(\.name).joined(separator: ", "))")
    }
    let frames = try ExtXYZFrames(record, group: plan, molecules: molecules)
    try frames.forEach(selection) { try body(Data($0.utf8)) }
  }
}

/// The frames of a group of a record, as extXYZ.
private struct ExtXYZFrames {
  private let record: RunRecord
  private let group: RecordPlanSummary.Group
  private let order: MemberOrder
  private let isBody: Bool
  private let properties: String
  /// The text before and after the positions of each member.
  private let starts: [String]
  private let ends: [String]
  private let steps: [Int]
  private let times_ps: [Double]
  private let cells: [Cell]

  init(_ record: RunRecord, group: RecordPlanSummary.Group, molecules: [Int]?) throws {
    self.record = record
    self.group = group
    let order = try MemberOrder(record, group: group.name)
    self.order = order
    let isBody = group.kind == .bodies
    self.isBody = isBody
    let hasMolecules = molecules?.count == order.ids.count
    properties =
      "species:S:1:pos:R:3:id:I:1" + (hasMolecules ? ":mol_id:I:1" : "")
      + (isBody ? ":kind:S:1:orientation:R:4" : "")
    starts = order.species.map { isBody ? "X " : $0 + " " }
    ends = order.ids.indices.map { i in
      " \(order.ids[i])" + (hasMolecules ? " \(molecules?[i] ?? 0)" : "")
        + (isBody ? " \(order.species[i])" : "")
    }
    steps = try record.steps(of: group.name)
    times_ps = try record.times_ps(of: group.name)
    cells = try record.cells(of: group.name)
  }

  /// Calls `body` with the text of each selected frame.
  func forEach(_ selection: RecordSelection, _ body: (String) throws -> Void) throws {
    let batch = RecordLayout.particleChunk(
      members: order.ids.count, for: .finished(records: steps.count)
    ).frames
    let selected = Set(selection.records(of: steps.count))
    for start in stride(from: 0, to: steps.count, by: batch) {
      // A whole chunk of frames: reading one frame at a time would decompress the chunk for each.
      let frames = start..<min(start + batch, steps.count)
      guard frames.contains(where: selected.contains) else { continue }
      let positions = try order.gather(frames: frames.count, width: 3) { block, members in
        try record.readPositions(group: group.name, block: block, members: members, frames: frames)
      }
      let orientations =
        isBody
        ? try order.gather(frames: frames.count, width: 4) { block, members in
          try record.readOrientations(group: group.name, block: block, members: members, frames: frames)
        } : []
      for frame in frames where selected.contains(frame) {
        try body(text(frame, row: (frame - start) * order.ids.count, positions, orientations))
      }
    }
  }

  /// - Parameter row: the row of the frame's first member in `positions` and `orientations`.
  private func text(_ frame: Int, row: Int, _ positions: [Float], _ orientations: [Float]) -> String {
    let lattice = cells[frame].vectors.flatMap { ["\($0.x)", "\($0.y)", "\($0.z)"] }.joined(separator: " ")
    var text =
      "\(order.ids.count)\nLattice=\"\(lattice)\" Properties=\(properties) step=\(steps[frame]) "
      + "time_ps=\(times_ps[frame]) pbc=\"T T T\"\n"
    for i in order.ids.indices {
      let p = 3 * (row + i)
      text += "\(starts[i])\(positions[p]) \(positions[p + 1]) \(positions[p + 2])"
      text += ends[i]
      if isBody { for k in 0..<4 { text += " \(orientations[4 * (row + i) + k])" } }
      text += "\n"
    }
    return text
  }
}
