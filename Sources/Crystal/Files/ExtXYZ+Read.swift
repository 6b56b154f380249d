import Foundation

/// What an extXYZ file holds.
public struct ExtXYZ: Equatable, Sendable {
  public var structure: Structure
  /// The file's index of each atom of `structure`; 0, 1, 2, … unless atoms had to move for molecules to be
  /// contiguous and in the order of `Structure.assembling`.
  public var order: [Int]
  /// The other `key=value` entries of the comment line.
  public var info: [String: String]

  /// Reads the one configuration of an extXYZ file: `Lattice` and `Properties` with `species` (or
  /// `symbols`, `element`) and `pos` are wanted, `mol_id` is used where it is there; else molecules are
  /// found by their bonds.
  ///
  /// - Throws: `StructureError.file`, `.malformed` with file and line, and what `assembling` throws.
  public init(contentsOf url: URL) throws {
    try self.init(text: StructureText(path: url.path).string, file: url.path)
  }

  /// Parses the text of a file; `file` is its name in error messages.
  public init(text: String, file: String) throws {
    func fail(_ line: Int, _ problem: String) -> StructureError {
      .malformed(file: file, line: line, problem: problem)
    }
    let lines = StructureText(file: file, string: text).lines
    let first = lines.first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    guard let count = Int(first), count > 0 else {
      throw fail(1, "found “\(first.prefix(40))”, wanted a positive number of atoms")
    }
    guard lines.count >= 2 else { throw fail(2, "the file ends, wanted the comment line with Lattice") }
    var info = try parseComment(lines[1]) { fail(2, $0) }
    let cell = try parseLattice(&info) { fail(2, $0) }
    let columns = try ExtXYZColumns(properties: info.removeValue(forKey: "Properties")) { fail(2, $0) }
    var elements: [String] = []
    var positions: [Vector3] = []
    var molecules: [Int]? = columns.molecule == nil ? nil : []
    // Not reserved by the announced count, which may be any number.
    for index in 0..<count {
      let line = index + 3
      guard index + 2 < lines.count, !lines[index + 2].allSatisfy(\.isWhitespace) else {
        throw fail(line, "found \(index) atoms, wanted \(count) as line 1 says")
      }
      let fields = lines[index + 2].split(whereSeparator: \.isWhitespace)
      guard fields.count == columns.width else {
        throw fail(line, "found \(fields.count) columns, wanted \(columns.width) as Properties says")
      }
      let symbol = String(fields[columns.species])
      guard Element(symbol: symbol) != nil else {
        throw fail(line, "found “\(symbol)”, wanted an element's symbol")
      }
      elements.append(symbol)
      var r = Vector3()
      for k in 0..<3 {
        guard let value = Double(fields[columns.position + k]), abs(value) < 1e9 else {
          throw fail(
            line, "found “\(fields[columns.position + k])”, wanted a coordinate in Å, below 10⁹")
        }
        r[k] = value
      }
      positions.append(r)
      if let column = columns.molecule {
        guard let label = Int(fields[column]) else {
          throw fail(line, "found “\(fields[column])”, wanted a whole number as mol_id")
        }
        molecules?.append(label)
      }
    }
    for (index, line) in lines.enumerated().dropFirst(count + 2) where !line.allSatisfy(\.isWhitespace) {
      throw fail(index + 1, "found more after the \(count) atoms that line 1 announces, wanted the end")
    }
    let assignment = try Structure.assembling(
      cell: cell, elements: elements, positions: positions, molecules: molecules)
    structure = assignment.structure
    order = assignment.order
    self.info = info
  }
}

/// Where the wanted values stand among a line's columns.
private struct ExtXYZColumns {
  var width = 0
  var species = 0
  var position = 0
  var molecule: Int?

  init(properties: String?, fail: (String) -> StructureError) throws {
    var found: [String: Int] = [:]
    let parts = (properties ?? "species:S:1:pos:R:3").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count % 3 == 0 else {
      throw fail("Properties=\(properties ?? ""), wanted triples name:type:columns")
    }
    for i in stride(from: 0, to: parts.count, by: 3) {
      guard let columns = Int(parts[i + 2]), (1...1000).contains(columns) else {
        throw fail("Properties: found “\(parts[i + 2])”, wanted a number of columns")
      }
      let wanted = ["pos": 3, "species": 1, "mol_id": 1][String(parts[i])]
      guard wanted == nil || wanted == columns else {
        throw fail("Properties: \(parts[i]) has \(columns) columns, wanted \(wanted ?? 0)")
      }
      found[String(parts[i])] = width
      width += columns
    }
    guard let species = found["species"] ?? found["symbols"] ?? found["element"] else {
      throw fail("Properties names no species, wanted species:S:1")
    }
    guard let position = found["pos"] else { throw fail("Properties names no pos, wanted pos:R:3") }
    self.species = species
    self.position = position
    molecule = found["mol_id"]
  }
}

private func parseLattice(_ info: inout [String: String], fail: (String) -> StructureError) throws -> Cell {
  guard let text = info.removeValue(forKey: "Lattice") else {
    throw fail("no Lattice, wanted Lattice=\"ax ay az bx by bz cx cy cz\" in Å")
  }
  let v = text.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
  guard v.count == 9, v.allSatisfy(\.isFinite) else {
    throw fail("found Lattice=\"\(text)\", wanted nine numbers in Å")
  }
  let cell = try Cell(checking: [[v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]]]) {
    fail("Lattice=\"\(text)\": \($0)")
  }
  if let pbc = info.removeValue(forKey: "pbc") {
    let flags = pbc.split(whereSeparator: \.isWhitespace)
    guard flags.count == 3, flags.allSatisfy({ $0 == "T" || $0.lowercased() == "true" || $0 == "1" }) else {
      throw fail("found pbc=\"\(pbc)\", wanted \"T T T\": only fully periodic cells are simulated")
    }
  }
  return cell
}

/// `key=value` with `"…"`, `'…'` or `{…}` around values that hold blanks; a lone key is a flag, `T`.
private func parseComment(_ line: Substring, fail: (String) -> StructureError) throws -> [String: String] {
  var info: [String: String] = [:]
  var rest = line.drop(while: \.isWhitespace)
  while !rest.isEmpty {
    let key = rest.prefix { !$0.isWhitespace && $0 != "=" }
    rest = rest[key.endIndex...]
    var value = "T"
    if rest.first == "=" {
      rest = rest.dropFirst()
      let closing: [Character: Character] = ["\"": "\"", "'": "'", "{": "}"]
      if let open = rest.first, let close = closing[open] {
        guard let end = rest.dropFirst().firstIndex(of: close) else {
          throw fail("the value of \(key) begins with \(open) and does not end")
        }
        value = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.index(after: end)...]
      } else {
        value = String(rest.prefix { !$0.isWhitespace })
        rest = rest.drop { !$0.isWhitespace }
      }
    }
    guard !key.isEmpty else { throw fail("found “=” without a key, wanted key=value") }
    info[String(key)] = value
    rest = rest.drop(while: \.isWhitespace)
  }
  return info
}
