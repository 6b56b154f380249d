import Crystal
import Foundation
import HDF5

/// Writes a group's records as extXYZ, for OVITO, ASE and whoever reads text.
public enum ExtXYZExport {
  /// Positions are unwrapped and written so that they read back as the record's single-precision numbers;
  /// the comment holds `step` and `time_ps`. Bodies have the species X, their name as `kind`, and their
  /// `orientation` as a quaternion w, x, y, z.
  ///
  /// - Parameters:
  ///   - path: must not exist; whoever calls makes the writing atomic.
  ///   - molecules: the molecule of each member, by rising id; nil to leave it out.
  /// - Throws: `RecordProblem` where a part of the record is missing or damaged; `RecordError`, `HDF5Error`.
  public static func write(
    _ record: RunRecord, group: String, to path: String, selection: RecordSelection = RecordSelection(),
    molecules: [Int]? = nil
  ) throws {
    if let problem = record.problems.first { throw problem }
    guard let plan = record.plan.group(group), plan.memberCount > 0 else {
      throw RecordError(
        file: path,
        message: "no group '\(group)'; there are \(record.plan.groups.map(\.name).joined(separator: ", "))")
    }
    let order = try MemberOrder(record, group: group)
    let isBody = plan.kind == .bodies
    let hasMolecules = molecules?.count == order.ids.count
    let properties =
      "species:S:1:pos:R:3:id:I:1" + (hasMolecules ? ":mol_id:I:1" : "")
      + (isBody ? ":kind:S:1:orientation:R:4" : "")
    let starts = order.species.map { isBody ? "X " : $0 + " " }
    let ends = order.ids.indices.map { i in
      " \(order.ids[i])" + (hasMolecules ? " \(molecules?[i] ?? 0)" : "")
        + (isBody ? " \(order.species[i])" : "")
    }
    let steps = try record.steps(of: group)
    let times = try record.times_ps(of: group)
    let cells = try record.cells(of: group)
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw RecordError(file: path, message: "cannot create: \(String(cString: strerror(errno)))") }
    defer { try? file.close() }
    do {
      let batch = RecordLayout.particleChunk(
        members: order.ids.count, for: .finished(records: steps.count)
      ).frames
      let selected = Set(selection.records(of: steps.count))
      for start in stride(from: 0, to: steps.count, by: batch) {
        // As many as lie together in the file: reading one by one would unpack them as often.
        let frames = start..<min(start + batch, steps.count)
        guard frames.contains(where: selected.contains) else { continue }
        let positions = try order.gather(frames: frames.count, width: 3) { block, members in
          try record.readPositions(group: group, block: block, members: members, frames: frames)
        }
        let orientations =
          isBody
          ? try order.gather(frames: frames.count, width: 4) { block, members in
            try record.readOrientations(group: group, block: block, members: members, frames: frames)
          } : []
        for frame in frames where selected.contains(frame) {
          let header =
            "Lattice=\"\(lattice(cells[frame]))\" Properties=\(properties) step=\(steps[frame]) "
            + "time_ps=\(times[frame]) pbc=\"T T T\""
          var text = "\(order.ids.count)\n\(header)\n"
          for i in order.ids.indices {
            let row = (frame - start) * order.ids.count + i
            text += "\(starts[i])\(positions[3 * row]) \(positions[3 * row + 1]) \(positions[3 * row + 2])"
            text += ends[i]
            if isBody { for k in 0..<4 { text += " \(orientations[4 * row + k])" } }
            text += "\n"
          }
          try file.write(contentsOf: Data(text.utf8))
        }
      }
    } catch let error as CocoaError {
      throw RecordError(file: path, message: "cannot write: \(error.localizedDescription)")
    }
  }

  private static func lattice(_ cell: Cell) -> String {
    cell.vectors.flatMap { ["\($0.x)", "\($0.y)", "\($0.z)"] }.joined(separator: " ")
  }
}
