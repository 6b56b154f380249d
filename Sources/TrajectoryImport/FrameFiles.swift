import Crystal
import Mathematics
import Trajectory

/// The files of one run: opens them and reads chosen frames, in any order of files and rising within each.
final class FrameFiles {
  let atoms: ImportedAtoms
  let formats: [TrajectoryFormat]
  let names: [String]
  private let paths: [String]
  private let hints: ImportHints
  /// Keeps the copies of pipes.
  private let spool: SpooledInputs
  private var open: (file: Int, reader: any TrajectoryReader, next: Int)?
  private var isRightHanded: Bool?
  /// Notes on files, each once.
  private(set) var notes: [String] = []
  private var noted: Set<String> = []

  /// - Throws: `TrajectoryProblem`.
  init(_ names: [String], format: TrajectoryFormat?, hints: ImportHints, spool: SpooledInputs) throws {
    guard !names.isEmpty else { throw TrajectoryProblem(file: "", found: "no file", wanted: "at least one") }
    self.names = names
    self.hints = hints
    self.spool = spool
    let paths = try names.map(spool.path(of:))
    self.paths = paths
    formats = try zip(names, paths).map { name, path in
      try format ?? renaming(path, name) { try TrajectoryFormat(path: path, name: name) }
    }
    let format = formats[0]
    atoms = try renaming(paths[0], names[0]) { try format.reader(paths[0], name: names[0], hints).atoms }
  }

  /// Looks through all files for the times of their frames.
  /// - Throws: `TrajectoryProblem`, also for a file with different atoms.
  func scan() throws -> [ScannedFile] {
    var files: [ScannedFile] = []
    var total = 0
    for index in names.indices {
      let reader = try reader(index)
      var file = ScannedFile(name: names[index], stamps: [], timeGuess: nil)
      while let stamp = try renaming(paths[index], names[index], { try reader.skim() }) {
        file.stamps.append(stamp)
        total += 1
        guard total <= FrameJoin.mostFrames else {
          throw TrajectoryProblem(
            file: names[index], found: "more than \(FrameJoin.mostFrames) frames", wanted: "fewer")
        }
      }
      file.timeGuess = reader.timeGuess
      note(reader)
      files.append(file)
    }
    open = nil
    return files
  }

  /// - Throws: `TrajectoryProblem`.
  func read(_ place: FramePlace) throws -> ImportedFrame {
    if open?.file != place.file || open?.next ?? 0 > place.number {
      open = nil
      open = (place.file, try reader(place.file), 1)
    }
    guard let (_, reader, next) = open else { return ImportedFrame() }
    let name = names[place.file]
    var frame = ImportedFrame()
    let isThere = try renaming(paths[place.file], name) {
      for _ in next..<place.number { guard try reader.skim() != nil else { return false } }
      return try reader.read(into: &frame)
    }
    guard isThere else {
      throw TrajectoryProblem(
        file: name, found: "fewer than \(place.number) frames, and as many when it was looked at before",
        wanted: "a file that does not change")
    }
    open?.next = place.number + 1
    note(reader)
    frame.file = name
    frame.number = place.number
    if hints.isUnwrapped { frame.isUnwrapped = true }
    try applyCell(&frame, formats[place.file])
    try checkHandedness(frame)
    return frame
  }

  private func note(_ reader: any TrajectoryReader) {
    for warning in reader.warnings where noted.insert(warning).inserted { notes.append(warning) }
  }

  private func reader(_ index: Int) throws -> any TrajectoryReader {
    let reader = try renaming(paths[index], names[index]) {
      try formats[index].reader(paths[index], name: names[index], hints)
    }
    guard index > 0 else { return reader }
    guard reader.atoms.elements == atoms.elements, reader.atoms.ids == atoms.ids else {
      throw TrajectoryProblem(
        file: names[index], found: "other atoms than in \(names[0])",
        wanted: "the same ids and elements in all files of a run")
    }
    for (atom, (mass, first)) in zip(reader.atoms.masses_amu ?? [], atoms.masses_amu ?? []).enumerated()
    where abs(mass - first) > 1e-4 * abs(first) {
      throw TrajectoryProblem(
        file: names[index], found: "the mass \(mass) for atom \(atoms.ids[atom])",
        wanted: "\(first), as in \(names[0])")
    }
    return reader
  }

  /// The user's cell in place of the file's.
  private func applyCell(_ frame: inout ImportedFrame, _ format: TrajectoryFormat) throws {
    guard let cell = hints.cell else {
      guard frame.hasCell else {
        throw TrajectoryProblem(
          file: frame.file, found: "no cell in frame \(frame.number)",
          wanted: "the cell, as --cell \"16 16 16\" or --cell \"10 11 12 90 95 90\" in Å and degrees")
      }
      return
    }
    if frame.hasCell,
      zip(cell.vectors, frame.cell.vectors).contains(where: { length($0 - $1) > 1e-4 * length($0) })
    {
      if noted.insert("cell of \(frame.file)").inserted {
        notes.append(
          "\(frame.file): frame \(frame.number) has the cell \(Self.text(frame.cell)); "
            + "--cell makes it \(Self.text(cell)), which is used")
      }
      if format.isFractional {
        for index in frame.positions.indices {
          frame.positions[index] = cell.cartesian(frame.cell.fractional(frame.positions[index]))
        }
      }
    }
    frame.cell = cell
    frame.hasCell = true
  }

  private static func text(_ cell: Cell) -> String {
    cell.vectors.map {
      "(\(TrajectoryImport.number($0.x)), \(TrajectoryImport.number($0.y)), \(TrajectoryImport.number($0.z)))"
    }
    .joined(separator: " ")
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

/// Names the file as the user did in errors of what was opened in its place.
private func renaming<T>(_ path: String, _ name: String, _ body: () throws -> T) throws -> T {
  do { return try body() } catch let problem as TrajectoryProblem where problem.file == path && path != name {
    throw TrajectoryProblem(
      file: name, line: problem.line, place: problem.place, found: problem.found, wanted: problem.wanted)
  }
}
