import Foundation
import Mathematics

extension Structure {
  /// Reads VASP 5's POSCAR or CONTCAR: comment, scale (one factor, three, or a negative volume), lattice,
  /// species, counts, optionally `Selective dynamics`, `Direct` or `Cartesian`, positions. Later parts of the
  /// file (velocities, predictors) are ignored, and so is the rest of a line after its numbers. Molecules are
  /// found by their bonds. Format: vasp.at/wiki/POSCAR.
  ///
  /// - Throws: `StructureError.malformed` and what `assembling` throws.
  init(poscar text: StructureText, rules: IonRules = IonRules()) throws {
    let reader = POSCARLines(text: text)
    let (scale, fixedVolume) = try reader.scale()
    var rows = try (3...5).map { line in
      try reader.numbers(line, count: 3, wanted: "three components of a lattice vector in Å")
    }.map { Vector3($0[0], $0[1], $0[2]) }
    var factor = scale
    if let fixedVolume {
      let volume = abs(dot(rows[0], cross(rows[1], rows[2])))
      guard volume > 0 else { throw reader.error(3, "the lattice vectors span no volume") }
      factor = Vector3(repeating: cbrt(fixedVolume / volume))
    }
    rows = rows.map { $0 * factor }
    let cell = try Cell(checking: rows) { reader.error(3, $0) }
    let elements = try reader.elements()
    var line = 8
    if reader.line(line).first.map({ "sS".contains($0) }) ?? false { line += 1 }
    let isCartesian = try reader.isCartesian(line)
    var positions: [Vector3] = []
    for index in elements.indices {
      let number = line + 1 + index
      guard !reader.line(number).isEmpty else {
        throw reader.error(number, "found \(index) positions, wanted \(elements.count) as line 7 says")
      }
      let v = try reader.numbers(number, count: 3, wanted: "three coordinates")
      let r = Vector3(v[0], v[1], v[2])
      positions.append(isCartesian ? r * factor : cell.cartesian(r))
    }
    self = try Structure.assembling(cell: cell, elements: elements, positions: positions, rules: rules)
      .structure
  }
}

/// The header of a POSCAR, line by line.
private struct POSCARLines {
  let text: StructureText
  let lines: [Substring]

  init(text: StructureText) {
    self.text = text
    lines = text.lines
  }

  /// A line counted from 1, without surrounding blanks; empty beyond the end of the file.
  func line(_ number: Int) -> String {
    number <= lines.count ? lines[number - 1].trimmingCharacters(in: .whitespaces) : ""
  }

  func fields(_ number: Int) -> [Substring] {
    // An exclamation mark or a hash begins a comment in header lines.
    line(number).prefix { $0 != "!" && $0 != "#" }.split(whereSeparator: \.isWhitespace)
  }

  func error(_ line: Int, _ problem: String) -> StructureError { text.error(line: line, problem) }

  func numbers(_ number: Int, count: Int, wanted: String) throws -> [Double] {
    let found = line(number).split(maxSplits: count, whereSeparator: \.isWhitespace).prefix(count)
    let values = found.compactMap { fileNumber($0) }
    guard values.count == count, values.allSatisfy({ abs($0) <= 1e9 }) else {
      throw error(number, "found \(StructureText.excerpt(line(number))), wanted \(wanted)")
    }
    return values
  }

  func scale() throws -> (factor: Vector3, volume: Double?) {
    let found = fields(2)
    let values = found.compactMap { fileNumber($0) }
    func fail() -> StructureError {
      error(
        2,
        "found \(StructureText.excerpt(line(2))), wanted a scale, three of them, or minus the volume in Å³")
    }
    guard values.count == found.count, values.allSatisfy({ abs($0) <= 1e12 }) else { throw fail() }
    switch values.count {
    case 1 where values[0] > 0: return (Vector3(repeating: values[0]), nil)
    case 1 where values[0] < 0: return (Vector3(repeating: 1), -values[0])
    case 3 where values.allSatisfy { $0 > 0 }: return ([values[0], values[1], values[2]], nil)
    default: throw fail()
    }
  }

  /// The element of each atom, from lines 6 and 7.
  func elements() throws -> [String] {
    let names = fields(6)
    guard !names.isEmpty, Int(names[0]) == nil else {
      throw error(
        6,
        names.isEmpty
          ? "the line is empty, wanted the species, as in “Na B H”"
          : """
          found \(StructureText.excerpt(line(6))), wanted the species, as in “Na B H”: files of VASP 4 \
          name none; insert a line with them above the counts
          """)
    }
    let symbols = try names.map { name in
      // `Na_pv` and `Na/5f3a…` name the potential as well as the element.
      let symbol = String(name.prefix { $0 != "_" && $0 != "/" && $0 != "." })
      guard Element(symbol: symbol) != nil else {
        throw error(6, "found \(StructureText.excerpt(name)), wanted an element's symbol")
      }
      return symbol
    }
    let counts = fields(7).map { Int($0) ?? 0 }
    guard counts.count == symbols.count, counts.allSatisfy({ $0 > 0 }) else {
      throw error(
        7,
        """
        found \(StructureText.excerpt(line(7))), wanted \(symbols.count) positive numbers of atoms, one \
        for each species of line 6
        """)
    }
    // Each atom takes a line: whatever the counts are, no more atoms are made than the file has lines.
    let total = counts.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int.max : $0 + $1 }
    guard total <= lines.count else {
      throw error(7, "found \(total) atoms announced, but the file has \(lines.count) lines")
    }
    return zip(symbols, counts).flatMap { [String](repeating: $0, count: $1) }
  }

  func isCartesian(_ number: Int) throws -> Bool {
    guard let first = line(number).first, first.isLetter else {
      throw error(
        number, "found \(StructureText.excerpt(line(number))), wanted “Direct” or “Cartesian”")
    }
    return "cCkK".contains(first)
  }
}
