import Mathematics
import Support

extension LAMMPSSections {
  struct Atom {
    let number: Int
    let molecule: Int
    /// Nil where the style has none.
    let charge_e: Double?
    let element: String
    let position: Vector3
    let image: Vector3
  }

  /// The element of each atom type, by the type's number and its label, if any.
  ///
  /// In order of preference: the caller's, the label, the comment after the mass (`1 22.99 # Na`), the
  /// element of the nearest mass.
  func elements(given: [String]?) throws -> [String: String] {
    guard let types = try count(["atom", "types"]) else {
      throw error(text.lines.count, "the file ends, wanted a line “… atom types”")
    }
    var result: [String: String] = [:]
    if let given {
      guard given.count == types.value else {
        throw error(
          types.line, "found \(types.value) atom types, wanted \(given.count) as the elements given are")
      }
      for (index, symbol) in given.enumerated() {
        guard Element(symbol: symbol) != nil else {
          throw StructureError.value(
            name: "element of atom type \(index + 1)", found: "“\(symbol)”", wanted: "an element's symbol")
        }
        result["\(index + 1)"] = symbol
      }
    }
    var labels: [String: String] = [:]
    for line in sections["Atom Type Labels"]?.lines ?? [] {
      guard line.fields.count == 2, Int(line.fields[0]) != nil else {
        throw error(line.number, "wanted the number of an atom type and its label")
      }
      labels[String(line.fields[0])] = String(line.fields[1])
    }
    for line in sections["Masses"]?.lines ?? [] {
      guard line.fields.count >= 2, let mass = fileNumber(line.fields[1]), mass > 0 else {
        throw error(line.number, "wanted the number of an atom type and a positive mass in amu")
      }
      let type = labels.first { $0.value == line.fields[0] }?.key ?? String(line.fields[0])
      if result[type] == nil { result[type] = try element(type, label: labels[type], mass: mass, in: line) }
    }
    for (type, label) in labels {
      if result[type] == nil, Element(symbol: label) != nil { result[type] = label }
      result[label] = result[type]
    }
    return result
  }

  private func element(_ type: String, label: String?, mass: Double, in line: Line) throws -> String {
    // A mass tells the isotope of what is called H.
    let isotope = Element.nearest(mass_amu: mass).flatMap { $0.isIsotope ? $0.symbol : nil }
    if let label, Element(symbol: label) != nil { return label == "H" ? isotope ?? label : label }
    let comment = line.comment.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.first
    if let symbol = comment.map({ String($0) }), Element(symbol: symbol) != nil {
      return symbol == "H" ? isotope ?? symbol : symbol
    }
    if let isotope { return isotope }
    let all = (1...118).compactMap { Element(atomicNumber: $0) }
    let nearest = all.min { abs($0.mass_amu - mass) < abs($1.mass_amu - mass) }
    // Below half of the smallest mass difference up to chlorine, 1.1 amu; ¹¹B, 0.2 amu off, still matches.
    guard let nearest, abs(nearest.mass_amu - mass) < 0.3 else {
      throw error(
        line.number,
        """
        found a mass of \(mass) amu, which is no element's; wanted its symbol beside it: \
        “\(type) \(mass) # Na”
        """)
    }
    return nearest.symbol
  }

  /// The atoms, sorted by atom id.
  func atoms(style given: LAMMPSAtomStyle?, elementOfType: [String: String]) throws -> [Atom] {
    guard let total = try count(["atoms"]), total.value > 0 else {
      throw error(min(2, text.lines.count), "no atoms announced, wanted a line “… atoms”")
    }
    guard let section = sections["Atoms"] else {
      throw error(text.lines.count, "the file ends, wanted a section Atoms")
    }
    let styles = LAMMPSAtomStyle.allCases.map(\.rawValue).joined(separator: ", ")
    guard let style = given ?? LAMMPSAtomStyle(rawValue: section.hint) else {
      throw error(
        section.line,
        section.hint.isEmpty
          ? "wanted the atom style, as in “Atoms # full”, or given by name: \(styles)"
          : "found the atom style “\(section.hint)”, wanted one of \(styles)")
    }
    guard section.lines.count == total.value else {
      throw error(
        section.line, "found \(section.lines.count) atoms, wanted \(total.value) as line \(total.line) says")
    }
    var isKnown = Set<Int>()
    let atoms = try section.lines.map { line in
      let atom = try self.atom(line, style: style, elementOfType: elementOfType)
      guard isKnown.insert(atom.number).inserted else {
        throw error(line.number, "found a second atom \(atom.number)")
      }
      return atom
    }
    return atoms.sorted { $0.number < $1.number }
  }

  private func atom(_ line: Line, style: LAMMPSAtomStyle, elementOfType: [String: String]) throws -> Atom {
    let fields = line.fields
    let x = style.positionColumn
    guard fields.count == x + 3 || fields.count == x + 6 else {
      throw error(
        line.number,
        """
        found \(fields.count) columns, wanted \(x + 3), or \(x + 6) with image flags, as the atom style \
        \(style.rawValue) has
        """)
    }
    func whole(_ column: Int, _ name: String) throws -> Int {
      guard let value = Int(fields[column]), (-(1 << 40)...(1 << 40)).contains(value) else {
        throw error(
          line.number, "found \(StructureText.excerpt(fields[column])), wanted \(name), a whole number")
      }
      return value
    }
    let number = try whole(0, "the atom's number")
    let molecule = try style.moleculeColumn.map { try whole($0, "the molecule's number") } ?? 0
    guard let element = elementOfType[String(fields[style.typeColumn])] else {
      throw error(
        line.number,
        """
        found the atom type \(StructureText.excerpt(fields[style.typeColumn])), of which the file tells no \
        element; wanted it in Masses, as in “1 22.99 # Na”, or given
        """)
    }
    var position = Vector3()
    var image = Vector3()
    for k in 0..<3 {
      guard let value = fileNumber(fields[x + k]), abs(value) <= 1e9 else {
        throw error(line.number, "found \(StructureText.excerpt(fields[x + k])), wanted a coordinate in Å")
      }
      position[k] = value
      if fields.count == x + 6 { image[k] = Double(try whole(x + 3 + k, "an image flag")) }
    }
    guard image.max() <= 1e6, image.min() >= -1e6 else {
      throw error(line.number, "found an image flag beyond ±10⁶")
    }
    let charge = try style.chargeColumn.map { column in
      guard let charge = fileNumber(fields[column]), abs(charge) <= 100 else {
        throw error(line.number, "found \(StructureText.excerpt(fields[column])), wanted a charge in e")
      }
      return charge
    }
    return Atom(
      number: number, molecule: molecule, charge_e: charge, element: element, position: position,
      image: image)
  }
}
