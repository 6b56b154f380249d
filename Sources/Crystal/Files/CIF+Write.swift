import Support

extension Structure {
  /// The structure as a CIF in P 1: every atom, in order, unwrapped. The format stores neither molecules nor
  /// the orientation of the cell.
  public func cif(title: String) -> String {
    let cell = self.cell.rightHanded
    let (edges, angles) = cell.edgesAndAngles
    let name = oneLine(title).replacing("'", with: " ")
    var lines = [
      "data_\(reducedFormula.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })",
      "_audit_creation_method 'Paddlewheel'",
      "_chemical_name_common '\(name)'",
      "_chemical_formula_sum '\(elementSum)'",
      "_cell_length_a \(edges.x)", "_cell_length_b \(edges.y)", "_cell_length_c \(edges.z)",
      "_cell_angle_alpha \(angles.x)", "_cell_angle_beta \(angles.y)", "_cell_angle_gamma \(angles.z)",
      "_cell_volume \(cell.volume)",
      "_space_group_name_H-M_alt 'P 1'", "_space_group_IT_number 1",
      "loop_", "_space_group_symop_operation_xyz", "'x, y, z'",
      "loop_", "_atom_site_label", "_atom_site_type_symbol", "_atom_site_fract_x", "_atom_site_fract_y",
      "_atom_site_fract_z", "_atom_site_occupancy",
    ]
    var numbers: [String: Int] = [:]
    let symbols = isotopeSymbols
    for i in 0..<atomCount {
      let s = cell.fractional(positions[i])
      numbers[elements[i], default: 0] += 1
      lines.append(
        "\(symbols[i])\(numbers[elements[i], default: 0]) \(symbols[i]) \(s.x) \(s.y) \(s.z) 1")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `B12 H12 Na2`: carbon first, then hydrogen, then by symbol; without carbon by symbol alone, as in CIF.
  private var elementSum: String {
    var counts: [String: Int] = [:]
    for element in elements { counts[element, default: 0] += 1 }
    let first = counts["C"] == nil ? [] : ["C", "H"].filter { counts[$0] != nil }
    let rest = counts.keys.filter { !first.contains($0) }.sorted()
    return (first + rest).map { "\($0)\(counts[$0, default: 0])" }.joined(separator: " ")
  }
}
