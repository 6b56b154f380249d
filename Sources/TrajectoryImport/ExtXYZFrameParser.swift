import Crystal
import Mathematics
import Support
import Trajectory

/// Parses trajectories in extXYZ, as ASE, OVITO, GPUMD and other programs write them.
///
/// Of the comment line, `step` (or `Step`, `timestep`) is read as the step, and `time_ps`, `time_fs` or
/// GPUMD's `Time`, which is in fs, as the time. Programs disagree on the unit of a plain `time`, which is
/// ignored.
final class ExtXYZFrameParser: TextFrameParser {
  static let beginning = "a number of atoms in the first line"

  private(set) var atoms = ImportedAtoms(ids: [], elements: [])
  private let lines: LineReader
  private var order: AtomOrder?
  /// Of the first frame.
  private var columns: ExtXYZColumns?
  /// The elements in the file's order, compared without sorting.
  private var elementsInFile: [String] = []

  init(_ lines: LineReader) { self.lines = lines }

  func parse(_ frame: inout ImportedFrame, isFirst: Bool) throws -> Bool {
    var begin = try lines.next()
    while let line = begin, line.isBlank { begin = try lines.next() }
    guard let line = begin else { return false }
    guard let count = line.trimmed.integer, count > 0 else {
      throw lines.problem(line.excerpt, wanted: "a number of atoms")
    }
    if !isFirst, count != atoms.ids.count {
      throw lines.problem("\(count) atoms", wanted: "\(atoms.ids.count), as in the first frame")
    }
    let comment = try lines.need().string
    let header: ExtXYZHeader
    do {
      header = try ExtXYZHeader(comment: Substring(comment)) {
        .malformed(file: lines.path, line: lines.line, problem: $0)
      }
    } catch StructureError.malformed(_, let line, let problem) {
      throw TrajectoryProblem(file: lines.path, line: line, found: problem, wanted: "an extXYZ comment line")
    }
    guard header.columns == columns ?? header.columns else {
      throw lines.problem("other columns in Properties", wanted: "those of the first frame")
    }
    columns = header.columns
    frame.cell = header.cell
    frame.isUnwrapped = false
    frame.step = ["step", "Step", "timestep"].lazy.compactMap { header.info[$0].flatMap(Int.init) }.first
    frame.time_ps = time_ps(header.info)
    if isFirst {
      try readFirst(&frame, count, header.columns)
    } else {
      try readAtoms(&frame, header.columns)
    }
    return true
  }

  private func time_ps(_ info: [String: String]) -> Double? {
    for (key, factor) in [("time_ps", 1.0), ("time_fs", 1e-3), ("Time", 1e-3)] {
      if let value = info[key].flatMap({ decimalNumber($0, fortran: true) }) { return value * factor }
    }
    return nil
  }

  private struct Entry {
    var element = ""
    var id: Int?
    var molecule: Int?
    var position = Vector3()
  }

  private func readEntry(_ columns: ExtXYZColumns, expecting element: String?) throws -> Entry {
    let line = try lines.need()
    var entry = Entry()
    var column = 0
    var fields = line.fields
    while let field = fields.next() {
      if column == columns.species {
        if let element, field.bytes.elementsEqual(element.utf8) {
          entry.element = element
        } else {
          entry.element = field.string
          guard element == nil else {
            throw lines.problem("\(field.excerpt)", wanted: "\(element ?? ""), as in the first frame")
          }
          guard Element(symbol: entry.element) != nil else {
            throw lines.problem(field.excerpt, wanted: "an element's symbol")
          }
        }
      } else if (columns.position..<(columns.position + 3)).contains(column) {
        guard let value = field.decimal, abs(value) < 1e9 else {
          throw lines.problem(field.excerpt, wanted: "a coordinate in Å")
        }
        entry.position[column - columns.position] = value
      } else if column == columns.id {
        guard let id = field.integer else {
          throw lines.problem(field.excerpt, wanted: "a whole number as id")
        }
        entry.id = id
      } else if column == columns.molecule, element == nil {
        guard let molecule = field.integer else {
          throw lines.problem(field.excerpt, wanted: "a whole number as mol_id")
        }
        entry.molecule = molecule
      }
      column += 1
    }
    guard column == columns.width else {
      throw lines.problem("\(column) columns", wanted: "\(columns.width), as Properties says")
    }
    return entry
  }

  private func readFirst(_ frame: inout ImportedFrame, _ count: Int, _ columns: ExtXYZColumns) throws {
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try readEntry(columns, expecting: nil)) }
    elementsInFile = entries.map(\.element)
    var places = Array(entries.indices)
    if columns.id != nil {
      guard let (order, sorted) = AtomOrder.sorting(entries.compactMap(\.id)) else {
        throw lines.problem("an id more than once in the first frame", wanted: "each atom once")
      }
      self.order = order
      places = sorted
    }
    atoms = ImportedAtoms(
      ids: order?.ids ?? Array(1...count), elements: places.map { elementsInFile[$0] })
    if columns.molecule != nil {
      atoms.molecules = MoleculeLabels.told(places.compactMap { entries[$0].molecule }, zeroIsNone: false)
    }
    frame.positions = places.map { entries[$0].position }
  }

  private func readAtoms(_ frame: inout ImportedFrame, _ columns: ExtXYZColumns) throws {
    let count = atoms.ids.count
    frame.positions = [Vector3](repeating: .zero, count: count)
    guard var order else {
      for index in 0..<count {
        frame.positions[index] = try readEntry(columns, expecting: elementsInFile[index]).position
      }
      return
    }
    order.beginFrame()
    for _ in 0..<count {
      let entry = try readEntry(columns, expecting: nil)
      guard let slot = entry.id.flatMap({ order.take($0) }) else {
        throw lines.problem(
          entry.id.map { "the id \($0)" } ?? "no id", wanted: "each id of the first frame once")
      }
      guard entry.element == atoms.elements[slot] else {
        throw lines.problem("“\(entry.element)”", wanted: "\(atoms.elements[slot]), as in the first frame")
      }
      frame.positions[slot] = entry.position
    }
    self.order = order
  }
}
