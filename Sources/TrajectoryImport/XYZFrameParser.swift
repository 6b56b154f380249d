import Crystal
import Mathematics
import Trajectory

/// Parses trajectories in XYZ: extended, as ASE, OVITO, GPUMD, LAMMPS and other programs write it, and plain, as CP2K and
/// i-PI do, with what these write into the comment line.
final class XYZFrameParser: TextFrameParser {
  static let beginning = "a number of atoms in the first line"

  private(set) var atoms = ImportedAtoms(ids: [], elements: [])
  private(set) var notes: [String] = []
  private(set) var timeGuess: String?
  private let lines: LineReader
  private let hints: ImportHints
  private let cells: CP2KCells?
  private var order: AtomOrder?
  /// Of the first frame.
  private var columns: ExtXYZColumns?
  private var isExtended = false
  private var massColumn: Int?
  /// Of the first frame, in the order of `atoms`.
  private var labels: [AtomLabel] = []

  /// - Parameter cells: of CP2K.
  init(_ lines: LineReader, hints: ImportHints, cells: CP2KCells?) {
    self.lines = lines
    self.hints = hints
    self.cells = cells
  }

  func parse(_ frame: inout ImportedFrame, isFirst: Bool, skipsAtoms: Bool) throws -> Bool {
    var begin = try lines.next()
    while let line = begin, line.isBlank { begin = try lines.next() }
    guard let line = begin else { return false }
    guard let count = line.trimmed.integer, count > 0 else {
      throw lines.problem(line.excerpt, wanted: "a number of atoms")
    }
    if !isFirst, count != atoms.ids.count {
      throw lines.problem("\(count) atoms", wanted: "\(atoms.ids.count), as in the first frame")
    }
    let comment = try XYZComment(try lines.need().string, lines, hints)
    let columns = try self.columns(comment, isFirst)
    frame.step = comment.step
    frame.time_ps = comment.time_ps
    timeGuess = timeGuess ?? comment.timeGuess
    if !isFirst, skipsAtoms {
      for _ in 0..<count { _ = try atomLine(count) }
      return true
    }
    let cell = try comment.cell ?? (hints.cell == nil ? cells?.cell(step: comment.step, lines) : nil)
    frame.hasCell = cell != nil
    if let cell { frame.cell = cell }
    frame.isUnwrapped = columns.unwrappedPosition != nil
    if isFirst {
      try readFirst(&frame, count, columns)
    } else {
      try readAtoms(&frame, columns)
    }
    if comment.lengthUnit_A != 1 {
      for index in frame.positions.indices { frame.positions[index] *= comment.lengthUnit_A }
    }
    return true
  }

  private func columns(_ comment: XYZComment, _ isFirst: Bool) throws -> ExtXYZColumns {
    let now = try comment.columns ?? ExtXYZColumns(properties: nil, fail: { .file(path: "", reason: $0) })
    guard isFirst || (now == columns && isExtended == (comment.columns != nil)) else {
      throw lines.problem("other columns in Properties", wanted: "those of the first frame")
    }
    // ASE's name, and that of GPUMD and OVITO.
    let masses = ["masses", "mass"].compactMap { now.columnsOfArray[$0] }
    guard masses.count < 2, masses.allSatisfy({ $0.count == 1 }) else {
      throw lines.problem("several columns of masses in Properties", wanted: "one, masses:R:1")
    }
    massColumn = masses.first?.lowerBound
    columns = now
    isExtended = comment.columns != nil
    return now
  }

  /// - Throws: `CutShort` where another frame begins in place of an atom.
  private func atomLine(_ count: Int) throws -> TextLine {
    let line = try lines.need()
    // A lone number can't be an atom.
    if line.count < 24, line.trimmed.integer == count {
      lines.stepBack()
      throw CutShort(isFollowed: true)
    }
    return line
  }

  private struct Entry {
    var label = AtomLabel()
    var id: Int?
    var molecule: Int?
    var position = Vector3()
  }

  /// - Parameter first: what the first frame says of the atom, where it is known.
  private func readEntry(_ columns: ExtXYZColumns, _ count: Int, _ first: AtomLabel?) throws -> Entry {
    let line = try atomLine(count)
    let position = columns.unwrappedPosition ?? columns.position
    var entry = Entry()
    var column = 0
    var fields = line.fields
    while let field = fields.next() {
      if column == columns.species {
        let isSame = field.bytes.elementsEqual((first?.name ?? "").utf8)
        entry.label.name = isSame ? first?.name : field.string
      } else if column >= position, column < position + 3 {
        guard let value = field.decimal, abs(value) < 1e9 else {
          throw lines.problem(field.excerpt, wanted: "a coordinate in Å")
        }
        entry.position[column - position] = value
      } else if column == columns.id {
        guard let id = field.integer else {
          throw lines.problem(field.excerpt, wanted: "a whole number as id")
        }
        entry.id = id
      } else if column == massColumn {
        entry.label.mass = try lines.number(field, .mass)
      } else if column == columns.charge, labels.isEmpty {
        entry.label.charge_e = try lines.number(field, .charge)
      } else if column == columns.molecule, first == nil {
        guard let molecule = field.integer else {
          throw lines.problem(field.excerpt, wanted: "a whole number as mol_id")
        }
        entry.molecule = molecule
      }
      column += 1
    }
    guard column == columns.width || (!isExtended && column > columns.width) else {
      throw lines.problem(
        "\(column) columns",
        wanted: isExtended ? "\(columns.width), as Properties says" : "a name and three coordinates")
    }
    return entry
  }

  private func readFirst(_ frame: inout ImportedFrame, _ count: Int, _ columns: ExtXYZColumns) throws {
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try readEntry(columns, count, nil)) }
    var places = Array(entries.indices)
    if columns.id != nil {
      guard let (order, sorted) = AtomOrder.sorting(entries.compactMap(\.id)) else {
        throw lines.problem("an id more than once in the first frame", wanted: "each atom once")
      }
      self.order = order
      places = sorted
    }
    labels = places.map { entries[$0].label }
    let named = try NamedAtoms(labels, hints, file: lines.path) { lines.problem($0, wanted: $1) }
    notes += named.notes
    atoms = named.atoms(
      ids: order?.ids ?? Array(1...count),
      molecules: columns.molecule == nil
        ? nil : MoleculeLabels.told(places.compactMap { entries[$0].molecule }, zeroIsNone: false))
    frame.positions = places.map { entries[$0].position }
  }

  private func readAtoms(_ frame: inout ImportedFrame, _ columns: ExtXYZColumns) throws {
    let count = atoms.ids.count
    frame.positions = [Vector3](repeating: .zero, count: count)
    guard var order else {
      for index in 0..<count {
        let entry = try readEntry(columns, count, labels[index])
        try check(entry.label, labels[index])
        frame.positions[index] = entry.position
      }
      return
    }
    order.beginFrame()
    for _ in 0..<count {
      let entry = try readEntry(columns, count, nil)
      guard let slot = entry.id.flatMap({ order.take($0) }) else {
        throw lines.problem(
          entry.id.map { "the id \($0)" } ?? "no id", wanted: "each id of the first frame once")
      }
      try check(entry.label, labels[slot])
      frame.positions[slot] = entry.position
    }
    self.order = order
  }

  /// - Throws: `TrajectoryProblem` where an atom is another than in the first frame.
  private func check(_ label: AtomLabel, _ first: AtomLabel) throws {
    guard label.name != first.name || label.mass != first.mass else { return }
    let texts = [label, first].map {
      "“\(($0.name ?? "").prefix(40))”\($0.mass.map { " of \($0) amu" } ?? "")"
    }
    throw lines.problem(texts[0], wanted: "\(texts[1]), as in the first frame")
  }
}
