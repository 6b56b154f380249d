import Crystal
import Mathematics
import Support
import TrajectoryImport

/// Reads the configurations of an extXYZ file one after the other. Each may have atoms, columns and a cell of its own.
package final class LabelledFrameReader {
  private let lines: LineReader
  private let arrays: Set<String>
  private var count = 0

  /// - Parameters:
  ///   - path: a plain or a compressed file.
  ///   - arrays: names of arrays of three numbers for each atom that are kept.
  /// - Throws: `TrajectoryProblem`.
  package init(_ path: String, arrays: Set<String>) throws {
    // Who reads frames here reads them again, or looks at their first bytes before.
    if let kind = PlainFile.refused(path) {
      throw TrajectoryProblem(file: path, found: kind.rawValue, wanted: PlainFile.wanted)
    }
    lines = try LineReader(path)
    self.arrays = arrays
  }

  /// - Returns: nil at the end of the file.
  /// - Throws: `TrajectoryProblem` or ``InputError`` with file, line and frame.
  package func next() throws -> LabelledFrame? { try placing(read) }

  /// Passes over the next frame, or returns its lines as they stand in the file, without line ends: the number of atoms, the
  /// comment line, a line for each atom.
  /// - Parameter isKept: whether the lines are wanted; they are empty otherwise.
  /// - Returns: nil at the end of the file.
  /// - Throws: as ``next()``; numbers are not looked at.
  package func nextLines(isKept: Bool) throws -> [String]? {
    try placing {
      guard let (atoms, line) = try begin() else { return nil }
      var kept = isKept ? [line] : []
      for _ in 0...atoms {
        let line = try lines.need()
        if isKept { kept.append(line.string) }
      }
      count += 1
      return kept
    }
  }

  /// Adds the frame to errors.
  private func placing<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let problem as TrajectoryProblem {
      throw TrajectoryProblem(
        file: problem.file, line: problem.line, place: problem.place ?? "frame \(count + 1)",
        found: problem.found, wanted: problem.wanted)
    } catch is CutShort {
      throw TrajectoryProblem(
        file: lines.path, line: lines.line, place: "frame \(count + 1)",
        found: lines.endsInMidLine ? "the end of the file in the middle of a line" : "the end of the file",
        wanted: "whole frames, each with the end of its last line")
    }
  }

  /// The next frame's number of atoms, and the line with it; nil at the end of the file.
  private func begin() throws -> (atoms: Int, line: String)? {
    var next = try lines.next()
    while let line = next, line.isBlank { next = try lines.next() }
    guard let line = next else {
      if lines.endsInMidLine { throw CutShort(isFollowed: false) }
      return nil
    }
    guard let atoms = line.trimmed.integer, atoms > 0 else {
      throw lines.problem(line.excerpt, wanted: "a number of atoms")
    }
    return (atoms, line.string)
  }

  private func read() throws -> LabelledFrame? {
    guard let (atoms, _) = try begin() else { return nil }
    let first = lines.line
    let header: ExtXYZHeader
    do {
      header = try ExtXYZHeader(comment: Substring(try lines.need().string)) {
        .malformed(file: lines.path, line: lines.line, problem: $0)
      }
    } catch StructureError.malformed(_, let line, let problem) {
      throw InputError(
        place: SourcePlace(file: lines.path, line: line), key: "frame \(count + 1)", message: problem)
    }
    var frame = LabelledFrame(
      file: lines.path, number: count + 1, line: first, cell: header.cell, symbols: [], positions: [],
      vectors: [:], info: header.info)
    try readAtoms(atoms, header.columns, &frame)
    count += 1
    return frame
  }

  /// What a column holds.
  private enum Role {
    case nothing, symbol
    case position(axis: Int)
    case molecule
    case vector(number: Int, axis: Int)
  }

  private func readAtoms(_ count: Int, _ columns: ExtXYZColumns, _ frame: inout LabelledFrame) throws {
    var roles = [Role](repeating: .nothing, count: columns.width)
    roles[columns.species] = .symbol
    for axis in 0..<3 { roles[columns.position + axis] = .position(axis: axis) }
    let molecule =
      columns.molecule ?? columns.columnsOfArray["mol"].flatMap { $0.count == 1 ? $0.first : nil }
    if let molecule { roles[molecule] = .molecule }
    let names = columns.columnsOfArray.keys.filter { arrays.contains($0) }.sorted()
    for (number, name) in names.enumerated() {
      guard let range = columns.columnsOfArray[name], range.count == 3 else {
        throw lines.problem("the array \(name) of another size", wanted: "\(name):R:3")
      }
      for (axis, column) in range.enumerated() { roles[column] = .vector(number: number, axis: axis) }
    }
    var vectors = [[Vector3]](repeating: [], count: names.count)
    var molecules: [Int] = []
    // No capacity is reserved: the announced count may be any number.
    for atom in 0..<count {
      let line = try lines.need()
      guard line.trimmed.integer == nil else { throw self.columns(line, roles.count, atom, count) }
      var fields = line.fields
      var column = 0
      var position = Vector3()
      var values = [Vector3](repeating: Vector3(), count: names.count)
      while let field = fields.next() {
        guard column < roles.count else { throw self.columns(line, roles.count, atom, count) }
        switch roles[column] {
        case .nothing: break
        case .symbol: frame.symbols.append(try symbol(field))
        case .position(let axis): position[axis] = try number(field, "a coordinate in Å, below 10⁹")
        case .molecule: molecules.append(try label(field))
        case .vector(let index, let axis):
          values[index][axis] = try number(field, "a number of \(names[index]), below 10⁹")
        }
        column += 1
      }
      guard column == roles.count else { throw self.columns(line, roles.count, atom, count) }
      frame.positions.append(position)
      for index in vectors.indices { vectors[index].append(values[index]) }
    }
    if molecule != nil { frame.molecules = MoleculeLabels.told(molecules, zeroIsNone: false) }
    frame.vectors = Dictionary(uniqueKeysWithValues: zip(names, vectors))
  }

  private func columns(_ line: TextLine, _ wanted: Int, _ atom: Int, _ count: Int) -> TrajectoryProblem {
    let found = line.fields.reduce(0) { number, _ in number + 1 }
    // A lone number is the next frame's.
    if found == 1, line.trimmed.integer != nil {
      return lines.problem("\(atom) atoms", wanted: "\(count), as the frame's first line says")
    }
    return lines.problem("\(found) columns", wanted: "\(wanted), as Properties says")
  }

  private func symbol(_ field: TextLine) throws -> String {
    let symbol = field.string
    guard Element(symbol: symbol) != nil else {
      throw lines.problem(field.excerpt, wanted: "an element's symbol")
    }
    return symbol
  }

  private func number(_ field: TextLine, _ wanted: String) throws -> Double {
    guard let value = field.decimal, abs(value) < 1e9 else {
      throw lines.problem(field.excerpt, wanted: wanted)
    }
    return value
  }

  private func label(_ field: TextLine) throws -> Int {
    guard let value = field.integer else {
      throw lines.problem(field.excerpt, wanted: "a whole number as molecule")
    }
    return value
  }
}
