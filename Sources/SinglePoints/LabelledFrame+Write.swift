import Mathematics
import Support
import TrajectoryImport

/// What is written of a frame beside its cell, elements, positions and molecules.
package struct FrameColumns {
  /// Arrays of three columns, in this order; one vector for each atom.
  package var vectors: [(name: String, values: [Vector3])] = []
  /// Arrays of one column.
  package var numbers: [(name: String, values: [Double])] = []
  /// Entries of the comment line, as they stand behind `=`.
  package var entries: [(key: String, value: String)] = []
  /// Entries of the frame's own comment line that are left out.
  package var dropping: Set<String> = []

  package init() {}

  /// The value of an entry that may hold blanks. Not every reader accepts line breaks or quotes in a value.
  package static func quoted(_ text: String) -> String {
    "\"\(oneLine(text).replacing("\"", with: "'"))\""
  }

  /// The value of an entry with the nine elements of a tensor, by rows.
  package static func quoted(_ tensor: Tensor3) -> String { "\"\(text(tensor.elements))\"" }

  fileprivate static func text(_ numbers: [Double]) -> String {
    numbers.map { "\($0)" }.joined(separator: " ")
  }

  fileprivate static func text(_ v: Vector3) -> String { text([v.x, v.y, v.z]) }
}

extension LabelledFrame {
  /// The frame as extXYZ, each number with as many digits as are needed to read it back unchanged. The entries of its
  /// own comment line are kept, before those that are added.
  package func extXYZ(_ columns: FrameColumns) -> String {
    let lattice = FrameColumns.text(cell.vectors.flatMap { [$0.x, $0.y, $0.z] })
    var properties = ["species:S:1:pos:R:3"]
    if molecules != nil { properties.append("mol_id:I:1") }
    properties += columns.vectors.map { "\($0.name):R:3" } + columns.numbers.map { "\($0.name):R:1" }
    var header = "Lattice=\"\(lattice)\" Properties=\(properties.joined(separator: ":"))"
    for (key, value) in info.sorted(by: { $0.key < $1.key }) where !columns.dropping.contains(key) {
      header += " \(key)=\(FrameColumns.quoted(value))"
    }
    for (key, value) in columns.entries { header += " \(key)=\(value)" }
    var lines = ["\(symbols.count)", header + " pbc=\"T T T\""]
    for atom in symbols.indices {
      var line = "\(symbols[atom]) \(FrameColumns.text(positions[atom]))"
      if let molecules { line += " \(molecules[atom])" }
      for (_, values) in columns.vectors { line += " \(FrameColumns.text(values[atom]))" }
      for (_, values) in columns.numbers { line += " \(values[atom])" }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The frame as extXYZ with the computed `energy`, `forces` and `stress`, which ASE reads as results, and the reference
  /// values as `reference_energy`, `reference_forces` and `reference_stress`. Its other entries are kept.
  /// - Parameter grades: γ of each atom, written as `gamma`; nil for none.
  func extXYZ(_ found: SinglePoint, _ reference: ReferenceValues, grades: [Double]? = nil) -> String {
    var columns = FrameColumns()
    columns.dropping = ["energy", "free_energy", "stress", "virial", "reference_energy", "reference_stress"]
    columns.vectors = [("forces", found.forces_eV_A)]
    columns.entries = [("energy", "\(found.energy_eV)"), ("stress", FrameColumns.quoted(found.stress_eV_A3))]
    if let forces = reference.forces_eV_A { columns.vectors.append(("reference_forces", forces)) }
    if let grades { columns.numbers = [("gamma", grades)] }
    if let energy = reference.energy_eV { columns.entries.append(("reference_energy", "\(energy)")) }
    if let stress = reference.stress_eV_A3 {
      columns.entries.append(("reference_stress", FrameColumns.quoted(stress)))
    }
    return extXYZ(columns)
  }
}
