import Foundation
import Mathematics

extension DisorderedStructure {
  /// Reads the first data block of a CIF that has atom sites.
  ///
  /// - Throws: `StructureError.malformed`.
  init(cif text: StructureText, rules: IonRules = IonRules()) throws {
    let document = try CIFDocument(text: text)
    let names = document.blockNames
    let block = names.indices.first { document.values("_atom_site_fract_x", block: $0) != nil }
    guard let block else {
      let blocks = names.isEmpty ? "no blocks" : "the blocks \(names.joined(separator: ", "))"
      throw text.error(
        line: 1, "found \(blocks), none with atom sites; wanted _atom_site_fract_x, _y and _z")
    }
    let (cell, angles) = try document.cell(block: block)
    let operations = try document.operations(block: block, cell: cell, angles: angles)
    let rows = try document.sites(block: block)
    try self.init(name: text.file, cell: cell, sites: rows, operations: operations, rules: rules)
  }
}

extension CIFDocument {
  fileprivate func cell(block: Int) throws -> (cell: Cell, angles: Vector3) {
    func numbers(_ tags: [String]) throws -> Vector3 {
      var result = Vector3()
      for (k, tag) in tags.enumerated() {
        guard let number = try number(tag, block: block) else {
          throw error(tag, block: block, "the value is missing, wanted a number")
        }
        result[k] = number
      }
      return result
    }
    let edges = try numbers(["_cell_length_a", "_cell_length_b", "_cell_length_c"])
    let angles = try numbers(["_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma"])
    let cell = try Cell(edges: edges, angles: angles) { error("_cell_length_a", block: block, $0) }
    return (cell, angles)
  }

  fileprivate func sites(block: Int) throws -> [DisorderedStructure.Site] {
    let axes = ["_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"]
    guard let first = values(axes[0], block: block) else { return [] }
    var result: [DisorderedStructure.Site] = []
    let states = try oxidationStates(block: block)
    for row in 0..<first.count {
      if value("_atom_site_calc_flag", block: block, row: row)?.lowercased() == "dum" { continue }
      let label = value("_atom_site_label", block: block, row: row)
      let symbol = value("_atom_site_type_symbol", block: block, row: row)
      let owner = "site \(label ?? symbol ?? "number \(row + 1)"): "
      var s = Vector3()
      for k in 0..<3 {
        guard let number = try number(axes[k], block: block, row: row, of: owner) else {
          throw error(
            axes[k], block: block, "\(owner)the value is missing (? or .), wanted a fractional coordinate")
        }
        guard abs(number) <= 1e6 else {
          throw error(axes[k], block: block, "\(owner)found \(number), wanted a fractional coordinate")
        }
        s[k] = number
      }
      let occupancy = try number("_atom_site_occupancy", block: block, row: row, of: owner) ?? 1
      // Refined occupancies can be slightly above one.
      guard occupancy >= 0, occupancy <= 1.02 else {
        throw error(
          "_atom_site_occupancy", block: block, "\(owner)found \(occupancy), wanted a number from 0 to 1")
      }
      let element = try element(symbol: symbol, label: label, block: block, owner: owner)
      let state = symbol.flatMap { states[$0] ?? Self.charge(inSymbol: $0) }
      guard occupancy > 0 else { continue }
      result.append(
        DisorderedStructure.Site(
          label: label ?? "\(element.symbol)\(row + 1)", element: element.chemicalSymbol, fractional: s,
          occupancy: min(occupancy, 1),
          assembly: value("_atom_site_disorder_assembly", block: block, row: row) ?? "",
          group: value("_atom_site_disorder_group", block: block, row: row),
          isotope: element.isIsotope ? element.symbol : nil, charge_e: state))
    }
    guard !result.isEmpty else {
      throw error(axes[0], block: block, "no site is occupied, wanted atoms")
    }
    return result
  }

  /// The element of a type symbol (`Na1+`, `H-`, `D`), or without one that of a label (`Na1`, `H12A`).
  private func element(symbol: String?, label: String?, block: Int, owner: String) throws -> Element {
    let tag = symbol == nil ? "_atom_site_label" : "_atom_site_type_symbol"
    guard let text = symbol ?? label else {
      throw error(tag, block: block, "\(owner)wanted a type symbol or a label that begins with one")
    }
    let letters = text.prefix { $0.isASCII && $0.isLetter }
    func known(_ letters: some StringProtocol) -> Element? { Element(symbol: letters.capitalized) }
    if symbol != nil {
      // `NA` is sodium where only a symbol is possible.
      if letters.count <= 2, let element = known(letters) { return element }
    } else if letters.count >= 2, let long = known(letters.prefix(2)) {
      let second = letters[letters.index(after: letters.startIndex)]
      if second.isLowercase { return long }
      guard known(letters.prefix(1)) == nil else {
        throw error(
          tag, block: block,
          """
          \(owner)the label may mean \(long.symbol) or \(letters.prefix(1)); wanted _atom_site_type_symbol, or a \
          label like \(long.symbol)1
          """)
      }
      return long
    } else if let element = known(letters.prefix(1)) {
      return element
    }
    throw error(tag, block: block, "\(owner)found \(StructureText.excerpt(text)), wanted an element's symbol")
  }

  /// Oxidation states by type symbol, as the file lists them, e.
  private func oxidationStates(block: Int) throws -> [String: Double] {
    let (tag, numberTag) = ("_atom_type_symbol", "_atom_type_oxidation_number")
    guard let rows = values(tag, block: block)?.count else { return [:] }
    var states: [String: Double] = [:]
    for row in 0..<rows {
      guard let symbol = value(tag, block: block, row: row),
        let state = try number(numberTag, block: block, row: row, of: "\(symbol): ")
      else { continue }
      guard abs(state) <= 9 else {
        throw error(
          numberTag, block: block, "\(symbol): found \(state), wanted an oxidation state from -9 to 9")
      }
      states[symbol] = state
    }
    return states
  }

  /// The charge in a type symbol such as `S2-`, `Li+`, `D1-`, e; nil where there is none.
  private static func charge(inSymbol symbol: String) -> Double? {
    let rest = symbol.drop { $0.isLetter }
    guard let sign = rest.last, sign == "+" || sign == "-" else { return nil }
    let number = rest.dropLast()
    guard let size = number.isEmpty ? 1 : fileNumber(number), (0...9).contains(size) else { return nil }
    return sign == "+" ? size : -size
  }
}
