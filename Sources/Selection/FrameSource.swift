import Crystal
import HDF5
import Mathematics
import SinglePoints
import Support
import Trajectory
import TrajectoryImport

/// What frames come from: read as often as needed, one frame after the other.
protocol FrameSource {
  /// As the user calls it.
  var name: String { get }
  /// Calls `body` with frames in their order.
  /// - Parameter isWanted: receives the number of each frame, from 1.
  /// - Throws: `TrajectoryProblem`, `RecordProblem`, `RecordError`, `HDF5Error`, `InputError`.
  func forEach(where isWanted: (Int) -> Bool, _ body: (SourceFrame) throws -> Void) throws
  /// Calls `body` with frames as extXYZ that says where they come from.
  func forEachText(where isWanted: (Int) -> Bool, _ body: (String) throws -> Void) throws
}

extension FrameSource {
  func forEachText(where isWanted: (Int) -> Bool, _ body: (String) throws -> Void) throws {
    try forEach(where: isWanted) { try body($0.extXYZ(source: name)) }
  }
}

/// An extXYZ file: each frame may have atoms, columns and a cell of its own.
struct ExtXYZSource: FrameSource {
  let name: String
  let path: String
  /// Keeps the copies of pipes.
  let spool: SpooledInputs

  func forEach(where isWanted: (Int) -> Bool, _ body: (SourceFrame) throws -> Void) throws {
    let reader = try LabelledFrameReader(path, arrays: [])
    var number = 1
    while true {
      if isWanted(number) {
        guard let frame = try reader.next() else { return }
        try body(
          SourceFrame(
            number: number, line: frame.line, cell: frame.cell, symbols: frame.symbols,
            positions: frame.positions))
      } else if try reader.nextLines(isKept: false) == nil {
        return
      }
      number += 1
    }
  }

  /// As the file has them, with all columns and entries.
  func forEachText(where isWanted: (Int) -> Bool, _ body: (String) throws -> Void) throws {
    let reader = try LabelledFrameReader(path, arrays: [])
    var number = 1
    while var lines = try reader.nextLines(isKept: isWanted(number)) {
      if lines.count > 1 {
        lines[1] = FrameOrigin(name, number).added(to: lines[1])
        try body(lines.joined(separator: "\n") + "\n")
      }
      number += 1
    }
  }
}

/// The record of a run of this program, all atoms.
struct RecordSource: FrameSource {
  let name: String
  let path: String

  func forEach(where isWanted: (Int) -> Bool, _ body: (SourceFrame) throws -> Void) throws {
    let frames = try RecordFrames(RunRecord(directory: path), group: IonGroups.all, path: name)
    try frames.forEach(where: { isWanted($0 + 1) }) { frame in
      let first = frame.positions_A.startIndex
      let positions = frames.ids.indices.map { atom in
        let r = frame.positions_A[(first + 3 * atom)..<(first + 3 * atom + 3)].map { Double($0) }
        return Vector3(r[0], r[1], r[2])
      }
      try body(
        SourceFrame(
          number: frame.index + 1, cell: frame.cell, symbols: frames.species, positions: positions,
          info: [("step", "\(frame.step)"), ("time_ps", "\(frame.time_ps)")]))
    }
  }
}

/// Another program's trajectory.
struct ImportedSource: FrameSource {
  let name: String
  let hints: ImportHints
  /// Keeps the copies of pipes.
  let spool: SpooledInputs

  func forEach(where isWanted: (Int) -> Bool, _ body: (SourceFrame) throws -> Void) throws {
    let frames = try ImportedFrames(name, hints: hints, spool: spool)
    let symbols = frames.atoms.elements
    for number in 1...max(frames.count, 1) where number <= frames.count && isWanted(number) {
      let frame = try frames.frame(number)
      var info: [(String, String)] = []
      if let step = frame.step { info.append(("step", "\(step)")) }
      if let time_ps = frame.time_ps { info.append(("time_ps", "\(time_ps)")) }
      try body(
        SourceFrame(
          number: number, cell: frame.cell, symbols: symbols, positions: frame.positions, info: info))
    }
  }
}

/// Turns errors of sources into errors of input.
func asInput<T>(_ name: String, _ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let problem as TrajectoryProblem {
    throw InputError(
      place: SourcePlace(file: problem.file, line: problem.line), key: problem.place, found: problem.found,
      wanted: problem.wanted)
  } catch let problem as RecordProblem {
    throw InputError(place: SourcePlace(file: problem.file), message: problem.message)
  } catch let error as RecordError {
    throw InputError(
      place: SourcePlace(file: error.file), key: error.place.isEmpty ? nil : error.place,
      message: error.message)
  } catch let error as HDF5Error {
    throw InputError(place: SourcePlace(file: name), message: "\(error)")
  }
}
