import Crystal
import Foundation
import HDF5

/// Writes a group's records as extXYZ, for OVITO, ASE and other programs.
package enum ExtXYZExport {
  /// Positions are unwrapped and written so that they read back as the same single-precision numbers; the
  /// comment line holds `step` and `time_ps`. Bodies have the species X, their name as `kind`, a `radius`, and their
  /// `orientation` as a quaternion x, y, z, w, which is OVITO's order: it turns the reference geometry of the ion, which is that of
  /// the record's `reference`, to that of the frame.
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
    let frames = try ExtXYZFrames(
      RecordFrames(record, group: group, path: path), molecules: molecules)
    try frames.forEach(selection) { try body(Data($0.utf8)) }
  }
}

/// The frames of a group of a record, as extXYZ.
private struct ExtXYZFrames {
  /// For drawing: without one a program draws nothing.
  private static let bodyRadius_A = 1.5

  private let frames: RecordFrames
  private let properties: String
  /// The text before and after the positions of each member.
  private let starts: [String]
  private let ends: [String]

  init(_ frames: RecordFrames, molecules: [Int]?) {
    self.frames = frames
    let isBody = frames.group.kind == .bodies
    let hasMolecules = molecules?.count == frames.ids.count
    properties =
      "species:S:1:pos:R:3:id:I:1" + (hasMolecules ? ":mol_id:I:1" : "")
      + (isBody ? ":kind:S:1:radius:R:1:orientation:R:4" : "")
    starts = frames.species.map { isBody ? "X " : $0 + " " }
    ends = frames.ids.indices.map { i in
      " \(frames.ids[i])" + (hasMolecules ? " \(molecules?[i] ?? 0)" : "")
        + (isBody ? " \(frames.species[i]) \(Self.bodyRadius_A)" : "")
    }
  }

  /// Calls `body` with the text of each selected frame.
  func forEach(_ selection: RecordSelection, _ body: (String) throws -> Void) throws {
    let selected = Set(selection.records(of: frames.count))
    try frames.forEach(where: selected.contains) { try body(text($0)) }
  }

  private func text(_ frame: RecordFrames.Frame) -> String {
    let lattice = frame.cell.vectors.flatMap { ["\($0.x)", "\($0.y)", "\($0.z)"] }.joined(separator: " ")
    var text =
      "\(starts.count)\nLattice=\"\(lattice)\" Properties=\(properties) step=\(frame.step) "
      + "time_ps=\(frame.time_ps) pbc=\"T T T\"\n"
    for i in starts.indices {
      let p = frame.positions_A.startIndex + 3 * i
      text += "\(starts[i])\(frame.positions_A[p]) \(frame.positions_A[p + 1]) \(frame.positions_A[p + 2])"
      text += ends[i]
      let q = frame.orientations.startIndex + 4 * i
      if !frame.orientations.isEmpty { for k in [1, 2, 3, 0] { text += " \(frame.orientations[q + k])" } }
      text += "\n"
    }
    return text
  }
}
