import Mathematics
import Trajectory

/// The files of one run, one after the other.
final class SegmentChain {
  let atoms: ImportedAtoms
  let formats: [TrajectoryFormat]
  private let paths: [String]
  private let hints: ImportHints
  private var reader: any TrajectoryReader
  /// Warnings about files that have been read completely.
  private var finished: [String] = []
  private var fileIndex = 0
  private var framesOfFile = 0
  private var isRightHanded: Bool?

  var warnings: [String] { finished + reader.warnings }

  /// - Throws: `TrajectoryProblem`.
  init(_ paths: [String], format: TrajectoryFormat?, hints: ImportHints) throws {
    guard let first = paths.first else {
      throw TrajectoryProblem(file: "", found: "no file", wanted: "at least one")
    }
    self.paths = paths
    self.hints = hints
    formats = try paths.map { try format ?? TrajectoryFormat(path: $0) }
    reader = try formats[0].reader(first, hints)
    atoms = reader.atoms
  }

  /// - Throws: `TrajectoryProblem`, also for a file with different atoms.
  func next() throws -> ImportedFrame? {
    var frame = ImportedFrame()
    while true {
      if try reader.read(into: &frame) {
        framesOfFile += 1
        frame.file = reader.path
        frame.number = framesOfFile
        frame.beginsFile = framesOfFile == 1
        if hints.isUnwrapped { frame.isUnwrapped = true }
        try checkHandedness(frame)
        return frame
      }
      guard fileIndex + 1 < paths.count else { return nil }
      fileIndex += 1
      framesOfFile = 0
      finished += reader.warnings
      reader = try formats[fileIndex].reader(paths[fileIndex], hints)
      guard reader.atoms.elements == atoms.elements, reader.atoms.ids == atoms.ids else {
        throw TrajectoryProblem(
          file: paths[fileIndex], found: "other atoms than in \(paths[0])",
          wanted: "the same ids and elements in all files of a run")
      }
      for (atom, (mass, first)) in zip(reader.atoms.masses_amu ?? [], atoms.masses_amu ?? []).enumerated()
      where abs(mass - first) > 1e-4 * abs(first) {
        throw TrajectoryProblem(
          file: paths[fileIndex], found: "the mass \(mass) for atom \(atoms.ids[atom])",
          wanted: "\(first), as in \(paths[0])")
      }
    }
  }

  /// Atoms in a mirrored cell would seem to jump.
  private func checkHandedness(_ frame: ImportedFrame) throws {
    let isRight = dot(frame.cell.a, cross(frame.cell.b, frame.cell.c)) > 0
    guard isRight == isRightHanded ?? isRight else {
      throw TrajectoryProblem(
        file: frame.file, found: "a \(isRight ? "right" : "left")-handed cell in frame \(frame.number)",
        wanted: "a \(isRight ? "left" : "right")-handed one, as in the first frame")
    }
    isRightHanded = isRight
  }
}
