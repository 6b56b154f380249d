import Mathematics

/// A LAMMPS data file split into its header and the lines of each section.
struct LAMMPSSections {
  struct Line {
    let number: Int
    let fields: [Substring]
    let comment: Substring
  }

  struct Section {
    let line: Int
    let hint: String
    var lines: [Line]
  }

  let text: StructureText
  private(set) var head: [Line] = []
  private(set) var sections: [String: Section] = [:]

  /// The sections of the format's documentation; every other line belongs to one of them or to the header.
  static let names: Set<String> = [
    "Atoms", "Velocities", "Masses", "Ellipsoids", "Lines", "Triangles", "Bodies", "Bonds", "Angles",
    "Dihedrals", "Impropers", "Atom Type Labels", "Bond Type Labels", "Angle Type Labels",
    "Dihedral Type Labels", "Improper Type Labels", "Pair Coeffs", "PairIJ Coeffs", "Bond Coeffs",
    "Angle Coeffs", "Dihedral Coeffs", "Improper Coeffs", "BondBond Coeffs", "BondAngle Coeffs",
    "MiddleBondTorsion Coeffs", "EndBondTorsion Coeffs", "AngleTorsion Coeffs", "AngleAngleTorsion Coeffs",
    "BondBond13 Coeffs", "AngleAngle Coeffs",
  ]

  /// - Throws: `StructureError.malformed`.
  init(text: StructureText) throws {
    self.text = text
    var current: String?
    // The first line is always a title.
    for (index, raw) in text.lines.enumerated().dropFirst() {
      let content = raw.prefix { $0 != "#" }
      let fields = content.split(whereSeparator: \.isWhitespace)
      guard !fields.isEmpty else { continue }
      let comment = raw.dropFirst(content.count + 1)
      let name = fields.joined(separator: " ")
      if Self.names.contains(name) {
        guard sections[name] == nil else { throw text.error(line: index + 1, "found a second \(name)") }
        let hint = comment.split(whereSeparator: \.isWhitespace).first.map { String($0) } ?? ""
        sections[name] = Section(line: index + 1, hint: hint, lines: [])
        current = name
      } else if let current {
        sections[current]?.lines.append(Line(number: index + 1, fields: fields, comment: comment))
      } else {
        head.append(Line(number: index + 1, fields: fields, comment: comment))
      }
    }
  }

  func error(_ line: Int, _ problem: String) -> StructureError { text.error(line: line, problem) }

  /// The header line that ends in these words, and the numbers before them.
  ///
  /// - Throws: `StructureError.malformed` where there are not `count` numbers.
  func header(_ keyword: [String], count: Int) throws -> (line: Int, values: [Double])? {
    guard
      let line = head.first(where: { $0.fields.suffix(keyword.count).map { String($0) } == keyword })
    else { return nil }
    let found = line.fields.dropLast(keyword.count)
    let values = found.compactMap { fileNumber($0) }
    guard found.count == count, values.count == count, values.allSatisfy({ abs($0) <= 1e9 }) else {
      let name = keyword.joined(separator: " ")
      throw error(
        line.number,
        """
        found \(StructureText.excerpt(line.fields.joined(separator: " "))), wanted \
        \(count == 1 ? "a number" : "\(count) numbers") before “\(name)”
        """)
    }
    return (line.number, values)
  }

  /// An integer from the header.
  func count(_ keyword: [String]) throws -> (line: Int, value: Int)? {
    guard let found = try header(keyword, count: 1) else { return nil }
    guard let value = Int(exactly: found.values[0]), value >= 0 else {
      throw error(
        found.line, "found \(found.values[0]), wanted a number of \(keyword.joined(separator: " "))")
    }
    return (found.line, value)
  }

  /// The box and its lower corner, Å.
  func box() throws -> (cell: Cell, origin: Vector3) {
    if let line = head.first(where: { $0.fields.last == "avec" || $0.fields.last == "origin" }) {
      throw error(
        line.number,
        """
        found a general triclinic box, wanted a restricted one (xlo xhi … xy xz yz): \
        write_data without “triclinic/general”
        """)
    }
    var low = Vector3()
    var edges = Vector3()
    var line = 1
    for (k, axis) in ["x", "y", "z"].enumerated() {
      guard let bounds = try header(["\(axis)lo", "\(axis)hi"], count: 2) else {
        throw error(text.lines.count, "the file ends, wanted a line “… … \(axis)lo \(axis)hi”")
      }
      low[k] = bounds.values[0]
      edges[k] = bounds.values[1] - bounds.values[0]
      line = bounds.line
      guard edges[k] > 0 else {
        throw error(bounds.line, "found \(axis)hi ≤ \(axis)lo, wanted a box of positive edges")
      }
    }
    let tilts = try header(["xy", "xz", "yz"], count: 3)
    let t = tilts?.values ?? [0, 0, 0]
    let cell = try Cell(checking: [[edges.x, 0, 0], [t[0], edges.y, 0], [t[1], t[2], edges.z]]) {
      error(tilts?.line ?? line, $0)
    }
    return (cell, low)
  }
}
