import Crystal
import Foundation
import Mathematics
import Trajectory

/// Parses VASP's XDATCAR (VASP 5 and 6): fractional coordinates, wrapped; one header, or one before each
/// configuration where the cell changes.
final class XDATCARParser: TextFrameParser {
  static let beginning = "an XDATCAR of VASP 5 or 6"

  private(set) var atoms = ImportedAtoms(ids: [], elements: [])
  private let lines: LineReader
  private var cell: Cell?
  /// The number of the last configuration, as VASP counts.
  private var lastNumber: Int?
  private var stride: Int?

  private let hints: ImportHints
  private(set) var notes: [String] = []
  /// The names in the header.
  private var names: [String] = []

  init(_ lines: LineReader, hints: ImportHints) {
    self.lines = lines
    self.hints = hints
  }

  func parse(_ frame: inout ImportedFrame, isFirst: Bool, skipsAtoms: Bool) throws -> Bool {
    guard isFirst else { return try readFrame(into: &frame, skipsAtoms: skipsAtoms) }
    // A comment.
    guard try lines.next() != nil else { return false }
    try readHeader(scale: try lines.need())
    guard try readFrame(into: &frame, skipsAtoms: false) else { throw CutShort(isFollowed: false) }
    return true
  }

  /// The names of the atoms of a file that begins as POSCAR and XDATCAR do.
  /// - Throws: `TrajectoryProblem`.
  func header() throws -> [String] {
    do {
      _ = try lines.need()
      try readHeader(scale: try lines.need())
      return names
    } catch is CutShort {
      throw lines.problem("the end of the file", wanted: "a cell, symbols and counts")
    }
  }

  /// Reads from the line after the comment to the counts.
  private func readHeader(scale line: TextLine) throws {
    let text = line.trimmed
    guard let scale = text.decimal, scale != 0 else {
      throw lines.problem(line.excerpt, wanted: "the scale of the cell: one number")
    }
    var vectors: [Vector3] = []
    for _ in 0..<3 {
      let row = try lines.need()
      let numbers = row.fields.prefix(4).compactMap(\.decimal)
      guard numbers.count == 3 else { throw lines.problem(row.excerpt, wanted: "a lattice vector in Å") }
      vectors.append([numbers[0], numbers[1], numbers[2]])
    }
    let fail = { (found: String, wanted: String) in self.lines.problem(found, wanted: wanted) }
    // A negative scale is the volume.
    let volume = abs(dot(vectors[0], cross(vectors[1], vectors[2])))
    let factor = scale > 0 ? scale : (volume > 0 ? cbrt(-scale / volume) : 1)
    cell = try importedCell(vectors.map { $0 * factor }, fail: fail)
    let names = try readSpecies()
    if atoms.elements.isEmpty {
      self.names = names
      let named = try NamedAtoms(names.map { AtomLabel(name: $0) }, hints, file: lines.path) {
        lines.problem($0, wanted: $1)
      }
      notes += named.notes
      atoms = named.atoms(ids: Array(1...names.count))
    } else if names != self.names {
      throw lines.problem("other species or counts", wanted: "those of the first header")
    }
  }

  /// The names of the atoms: lines of symbols, then as many counts; either may take several lines.
  private func readSpecies() throws -> [String] {
    var symbols: [String] = []
    var line = try lines.need()
    while let word = line.fields.first(where: { _ in true }), word.integer == nil {
      for field in line.fields {
        // POTCARs are named `Na_pv`, and VASP 6 may append a slash and a hash.
        symbols.append(String(field.string.prefix { $0 != "_" && $0 != "/" }))
      }
      guard symbols.count <= 1000 else { throw lines.problem("over 1000 species", wanted: "fewer") }
      line = try lines.need()
    }
    guard !symbols.isEmpty else {
      throw lines.problem(line.excerpt, wanted: "the elements' symbols (VASP 5 and later write them)")
    }
    var counts: [Int] = []
    while true {
      for field in line.fields {
        guard let count = field.integer, (1...100_000_000).contains(count) else {
          throw lines.problem(field.excerpt, wanted: "a number of atoms")
        }
        counts.append(count)
      }
      guard counts.count <= symbols.count else {
        throw lines.problem("\(counts.count) counts", wanted: "\(symbols.count), one for each species")
      }
      if counts.count == symbols.count { break }
      line = try lines.need()
    }
    let total = counts.reduce(0, +)
    guard total <= 100_000_000 else { throw lines.problem("\(total) atoms", wanted: "at most 10⁸") }
    return zip(symbols, counts).flatMap { Array(repeating: $0, count: $1) }
  }

  /// - Returns: false where the file ends before a frame.
  private func readFrame(into frame: inout ImportedFrame, skipsAtoms: Bool) throws -> Bool {
    guard var line = try lines.next() else { return false }
    var blanks = 0
    while line.isBlank {
      blanks += 1
      guard let next = try lines.next() else { return false }
      line = next
    }
    if !line.trimmed.hasPrefix("Direct") {
      // A repeated header; its comment may be blank, and then this line is the scale.
      let isScale = blanks > 0 && line.trimmed.decimal != nil
      try readHeader(scale: isScale ? line : try lines.need())
      line = try lines.need()
      while line.isBlank { line = try lines.need() }
    }
    guard line.trimmed.hasPrefix("Direct"), let cell else {
      throw lines.problem(line.excerpt, wanted: "Direct configuration=")
    }
    try count(line)
    frame.step = nil
    frame.time_ps = nil
    frame.cell = cell
    frame.isUnwrapped = false
    frame.positions.removeAll(keepingCapacity: true)
    for _ in atoms.elements.indices {
      let row = try lines.need()
      if row.trimmed.hasPrefix("Direct") {
        lines.stepBack()
        throw CutShort(isFollowed: true)
      }
      if skipsAtoms { continue }
      frame.positions.append(cell.cartesian(try Self.coordinates(row, lines)))
    }
    return true
  }

  private static func coordinates(_ row: TextLine, _ lines: LineReader) throws -> Vector3 {
    var s = Vector3()
    var axis = 0
    for field in row.fields {
      guard axis < 3 else { return s }
      guard let value = field.decimal, abs(value) < 1e6 else {
        if let glued = FixedColumns.three(row) { return glued }
        throw lines.problem(field.excerpt, wanted: "a fractional coordinate")
      }
      s[axis] = value
      axis += 1
    }
    if axis == 3 { return s }
    guard let glued = FixedColumns.three(row) else {
      throw lines.problem("\(axis) coordinates", wanted: "three")
    }
    return glued
  }

  /// Missing frames and concatenated files show in the configurations' numbers.
  private func count(_ line: TextLine) throws {
    let text = line.string
    guard let sign = text.lastIndex(of: "="),
      let number = Int(text[text.index(after: sign)...].filter { !$0.isWhitespace })
    else { return }
    if let lastNumber {
      let (difference, overflow) = number.subtractingReportingOverflow(lastNumber)
      guard !overflow, difference > 0 else {
        throw lines.problem(
          "configuration \(number) after \(lastNumber)",
          wanted: "rising ones: several XDATCARs in one file must be given apart, as a+b")
      }
      guard difference == stride ?? difference else {
        throw lines.problem(
          "configuration \(number) after \(lastNumber)",
          wanted: "\(lastNumber + (stride ?? 0)): frames are missing in between")
      }
      stride = difference
    }
    lastNumber = number
  }
}
