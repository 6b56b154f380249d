/// The comment line of an extXYZ configuration.
package struct ExtXYZHeader: Sendable {
  package let cell: Cell
  package let columns: ExtXYZColumns
  /// The other `key=value` entries.
  package let info: [String: String]

  /// - Parameter fail: makes the error for a problem.
  /// - Throws: that error.
  package init(comment: Substring, fail: (String) -> StructureError) throws {
    var info = try parseComment(comment, fail: fail)
    cell = try parseLattice(&info, fail: fail)
    columns = try ExtXYZColumns(properties: info.removeValue(forKey: "Properties"), fail: fail)
    self.info = info
  }
}

/// The columns of the required values in a line.
package struct ExtXYZColumns: Equatable, Sendable {
  /// The number of columns in a line.
  package private(set) var width = 0
  package private(set) var species = 0
  /// The first of its three columns.
  package private(set) var position = 0
  /// The first of the three columns of positions that go on through the faces of the cell, as GPUMD writes them.
  package private(set) var unwrappedPosition: Int?
  package private(set) var molecule: Int?
  /// Of a charge, e.
  package private(set) var charge: Int?
  /// The column of a number that identifies the atom in all frames.
  package private(set) var id: Int?
  /// The columns of every array, by its name.
  package private(set) var columnsOfArray: [String: Range<Int>] = [:]

  package init(properties: String?, fail: (String) -> StructureError) throws {
    var found: [String: Int] = [:]
    let parts = (properties ?? "species:S:1:pos:R:3").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count % 3 == 0 else {
      throw fail("Properties=\(properties ?? ""), wanted triples name:type:columns")
    }
    for i in stride(from: 0, to: parts.count, by: 3) {
      guard let columns = Int(parts[i + 2]), (1...1000).contains(columns) else {
        throw fail("Properties: found “\(parts[i + 2])”, wanted a number of columns")
      }
      let wanted = [
        "pos": 3, "species": 1, "mol_id": 1, "id": 1, "charge": 1, "charges": 1, "initial_charges": 1,
        "unwrapped_position": 3,
      ][String(parts[i])]
      guard wanted == nil || wanted == columns else {
        throw fail("Properties: \(parts[i]) has \(columns) columns, wanted \(wanted ?? 0)")
      }
      guard found[String(parts[i])] == nil else {
        throw fail("Properties names \(parts[i]) twice, wanted it once")
      }
      found[String(parts[i])] = width
      columnsOfArray[String(parts[i])] = width..<(width + columns)
      width += columns
    }
    guard let species = found["species"] ?? found["symbols"] ?? found["element"] else {
      throw fail("Properties names no species, wanted species:S:1")
    }
    guard let position = found["pos"] else { throw fail("Properties names no pos, wanted pos:R:3") }
    self.species = species
    self.position = position
    unwrappedPosition = found["unwrapped_position"]
    molecule = found["mol_id"]
    // ASE's names of formal and computed charges.
    charge = found["charge"] ?? found["initial_charges"] ?? found["charges"]
    id = found["id"]
  }
}

private func parseLattice(_ info: inout [String: String], fail: (String) -> StructureError) throws -> Cell {
  guard let text = info.removeValue(forKey: "Lattice") else {
    throw fail("no Lattice, wanted Lattice=\"ax ay az bx by bz cx cy cz\" in Å")
  }
  let v = text.split(whereSeparator: \.isWhitespace).map { fileNumber($0) ?? .nan }
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

/// `key=value` with `"…"`, `'…'` or `{…}` around values that contain blanks; a lone key is a flag, `T`.
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
    if let earlier = info.updateValue(value, forKey: String(key)), earlier != value {
      throw fail("found \(key)=\(earlier) and \(key)=\(value), wanted one of both")
    }
    rest = rest.drop(while: \.isWhitespace)
  }
  return info
}
