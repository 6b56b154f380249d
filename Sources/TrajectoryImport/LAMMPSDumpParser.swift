import Crystal
import Mathematics
import Trajectory

/// Parses text dumps of LAMMPS: `dump custom` and `dump atom`, any order of columns and atoms, orthogonal and
/// triclinic boxes.
final class LAMMPSDumpParser: TextFrameParser {
  static let beginning = "ITEM: TIMESTEP"

  private(set) var atoms = ImportedAtoms(ids: [], elements: [])
  private let lines: LineReader
  private let hints: ImportHints
  private var units: ImportHints.Units
  private var statedUnits: ImportHints.Units?
  private var order = AtomOrder()
  /// Of the first frame, in the order of `atoms`.
  private var species: [DumpSpecies] = []
  private var columns: LAMMPSDumpColumns?
  private var columnText = ""
  private(set) var notes: [String] = []
  private var hasTimes = false

  var timeGuess: String? {
    hasTimes && statedUnits == nil && hints.units == nil
      ? "the file states no units, and its times are taken as ps, as in LAMMPS's metal units (--units real: fs)"
      : nil
  }

  init(_ lines: LineReader, hints: ImportHints) {
    self.lines = lines
    self.hints = hints
    units = hints.units ?? .metal
  }

  func parse(_ frame: inout ImportedFrame, isFirst: Bool, skipsAtoms: Bool) throws -> Bool {
    guard try readHeader(into: &frame) else { return false }
    if isFirst {
      try readFirstAtoms(&frame)
    } else if skipsAtoms {
      try checkCount()
      for _ in atoms.ids { _ = try atomLine() }
    } else {
      try readAtoms(&frame)
    }
    return true
  }

  /// - Throws: `CutShort` where another frame begins in place of an atom.
  private func atomLine() throws -> TextLine {
    let line = try lines.need()
    guard line.hasPrefix("ITEM:") else { return line }
    lines.stepBack()
    throw CutShort(isFollowed: true)
  }

  private func checkCount() throws {
    guard let current, current.count != atoms.ids.count else { return }
    throw lines.problem("\(current.count) atoms", wanted: "\(atoms.ids.count), as in the first frame")
  }

  private var current: (box: LAMMPSDumpBox, count: Int)?

  /// Reads up to and including `ITEM: ATOMS`.
  /// - Returns: false where the file ends before a frame.
  private func readHeader(into frame: inout ImportedFrame) throws -> Bool {
    frame.step = nil
    frame.time_ps = nil
    var found: LAMMPSDumpBox?
    var count: Int?
    var hasBegun = false
    while true {
      guard let line = try lines.next() else {
        if hasBegun { throw CutShort(isFollowed: false) }
        return false
      }
      if !hasBegun, line.isBlank { continue }
      hasBegun = true
      guard line.hasPrefix("ITEM: ") else {
        throw lines.problem(line.excerpt, wanted: "a line that begins with ITEM:")
      }
      let words = line.string.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init)
      switch words.first {
      case "UNITS": try readUnits()
      case "TIME":
        frame.time_ps = try number() * (units == .real ? 1e-3 : 1)
        hasTimes = true
      case "TIMESTEP": frame.step = try whole("a step")
      case "NUMBER":
        let atoms = try whole("a number of atoms")
        guard atoms > 0 else { throw lines.problem("\(atoms) atoms", wanted: "at least one") }
        count = atoms
      case "BOX": found = try readBox(Array(words.dropFirst(2)))
      case "ATOMS":
        guard let found, let count, frame.step != nil else {
          throw lines.problem(
            "ITEM: ATOMS", wanted: "ITEM: TIMESTEP, NUMBER OF ATOMS and BOX BOUNDS before it")
        }
        current = (found, count)
        frame.cell = found.cell
        let text = words.dropFirst().joined(separator: " ")
        if columns != nil, text != columnText {
          throw lines.problem(
            "the columns “\(text.prefix(120))”", wanted: "“\(columnText.prefix(120))”, as in the first frame")
        }
        if columns == nil {
          let isInOrder = if case .inOrder = hints.elements { true } else { false }
          columns = try LAMMPSDumpColumns(Array(words.dropFirst()), needsSpecies: !isInOrder) {
            lines.problem($0, wanted: $1)
          }
          columnText = text
        }
        return true
      default:
        throw lines.problem(
          line.excerpt, wanted: "ITEM: TIMESTEP, TIME, UNITS, NUMBER OF ATOMS, BOX BOUNDS or ATOMS")
      }
    }
  }

  private func readUnits() throws {
    let line = try lines.need().trimmed
    guard let stated = ImportHints.Units(rawValue: line.string) else {
      throw lines.problem("the units \(line.excerpt)", wanted: "metal or real")
    }
    guard stated == statedUnits ?? stated else {
      throw lines.problem("the units \(stated.rawValue)", wanted: "\(statedUnits?.rawValue ?? ""), as before")
    }
    if statedUnits == nil, let asked = hints.units, asked != stated {
      notes.append("\(lines.path): the file has \(stated.rawValue) units; --units \(asked.rawValue) is used")
    }
    statedUnits = stated
    units = hints.units ?? stated
  }

  private func number() throws -> Double {
    let line = try lines.need().trimmed
    guard let value = line.decimal else { throw lines.problem(line.excerpt, wanted: "a number") }
    return value
  }

  private func whole(_ what: String) throws -> Int {
    let line = try lines.need().trimmed
    guard let value = line.integer, (-(1 << 62)...(1 << 62)).contains(value) else {
      throw lines.problem(line.excerpt, wanted: what)
    }
    return value
  }

  private func readBox(_ keyword: [String]) throws -> LAMMPSDumpBox {
    let fail = { (found: String, wanted: String) in self.lines.problem(found, wanted: wanted) }
    let shape = try LAMMPSDumpBox.shape(keyword, fail: fail)
    var rows: [[Double]] = []
    for _ in 0..<3 {
      let line = try lines.need()
      let row = line.fields.prefix(5).map(\.decimal)
      guard row.allSatisfy({ $0 != nil }) else {
        throw lines.problem(line.excerpt, wanted: "the numbers of the box")
      }
      rows.append(row.compactMap { $0 })
    }
    return try LAMMPSDumpBox(shape, rows: rows, fail: fail)
  }

  /// The values in an atom's line; valid until the next line is read.
  private struct Entry {
    var id = 0
    var molecule: TextLine?
    var species = DumpSpecies.Fields()
    var position = Vector3()
  }

  private func readEntry(
    _ line: TextLine, _ columns: LAMMPSDumpColumns, _ box: LAMMPSDumpBox
  ) throws -> Entry {
    var entry = Entry()
    var image = Vector3()
    var fields = line.fields
    func miscounted() -> any Error {
      let count = line.fields.reduce(0) { count, _ in count + 1 }
      return lines.problem("\(count) columns", wanted: "\(columns.count), as ITEM: ATOMS says")
    }
    for role in columns.roles {
      guard let field = fields.next() else { throw miscounted() }
      switch role {
      case .id:
        guard let id = field.integer else { throw lines.problem(field.excerpt, wanted: "an id") }
        entry.id = id
      case .axis(let axis):
        guard let value = field.decimal, abs(value) < 1e9 else {
          throw lines.problem(field.excerpt, wanted: "a coordinate")
        }
        entry.position[axis] = value
      case .image(let axis):
        guard let value = field.integer, (-1_000_000...1_000_000).contains(value) else {
          throw lines.problem(field.excerpt, wanted: "an image")
        }
        image[axis] = Double(value)
      case .type: entry.species.type = field
      case .element: entry.species.element = field
      case .typeLabel: entry.species.typeLabel = field
      case .mass: entry.species.mass = field
      case .charge: entry.species.charge = field
      case .molecule: entry.molecule = field
      case .other: break
      }
    }
    // A word too many, as in a name with a blank, would shift what follows it.
    for _ in columns.roles.count..<columns.count where fields.next() == nil { throw miscounted() }
    guard fields.next() == nil else { throw miscounted() }
    switch columns.coordinates {
    case .cartesian: entry.position -= box.origin
    case .scaled: entry.position = box.cell.cartesian(entry.position)
    }
    if image != .zero { entry.position += box.cell.cartesian(image) }
    return entry
  }

  private func readFirstAtoms(_ frame: inout ImportedFrame) throws {
    guard let (box, count) = current, let columns else { return }
    var ids: [Int] = []
    var positions: [Vector3] = []
    var given: [DumpSpecies] = []
    var molecules: [Int] = []
    for _ in 0..<count {
      let entry = try readEntry(try atomLine(), columns, box)
      given.append(try DumpSpecies(entry.species, lines))
      ids.append(entry.id)
      positions.append(entry.position)
      guard let field = entry.molecule else { continue }
      guard let molecule = field.integer else {
        throw lines.problem(field.excerpt, wanted: "a molecule's number")
      }
      molecules.append(molecule)
    }
    guard let (order, places) = AtomOrder.sorting(ids) else {
      throw lines.problem("an id more than once in the first frame", wanted: "each atom once")
    }
    self.order = order
    species = places.map { given[$0] }
    let named = try NamedAtoms(species.map(\.label), hints, file: lines.path) {
      lines.problem($0, wanted: $1)
    }
    notes += named.notes
    atoms = named.atoms(
      ids: order.ids,
      molecules: molecules.isEmpty
        ? nil : MoleculeLabels.told(places.map { molecules[$0] }, zeroIsNone: true))
    frame.positions = places.map { positions[$0] }
    frame.isUnwrapped = columns.isUnwrapped
  }

  private func readAtoms(_ frame: inout ImportedFrame) throws {
    guard let (box, count) = current, let columns else { return }
    try checkCount()
    frame.positions = [Vector3](repeating: .zero, count: count)
    frame.isUnwrapped = columns.isUnwrapped
    order.beginFrame()
    for _ in 0..<count {
      let entry = try readEntry(try atomLine(), columns, box)
      guard let slot = order.take(entry.id) else {
        throw lines.problem(
          "the id \(entry.id)", wanted: "each id of the first frame once")
      }
      if let (found, wanted) = species[slot].difference(from: entry.species) {
        throw lines.problem("\(found) for atom \(entry.id)", wanted: "\(wanted), as in the first frame")
      }
      frame.positions[slot] = entry.position
    }
  }
}
