import Mathematics
import Support
import TrajectoryImport

extension LabelledFrame {
  /// The keys that results have.
  private static let ownKeys: Set<String> = [
    "energy", "free_energy", "stress", "virial", "reference_energy", "reference_stress",
  ]

  /// The frame as extXYZ with the computed `energy`, `forces` and `stress`, which ASE reads as results, and the reference
  /// values as `reference_energy`, `reference_forces` and `reference_stress`. Its other entries are kept.
  /// - Parameter grades: γ of each atom, written as `gamma`; nil for none.
  func extXYZ(_ found: SinglePoint, _ reference: ReferenceValues, grades: [Double]? = nil) -> String {
    let lattice = Self.text(cell.vectors.flatMap { [$0.x, $0.y, $0.z] })
    var properties = "species:S:1:pos:R:3:"
    if molecules != nil { properties += "mol_id:I:1:" }
    properties += "forces:R:3"
    if reference.forces_eV_A != nil { properties += ":reference_forces:R:3" }
    if grades != nil { properties += ":gamma:R:1" }
    var header = "Lattice=\"\(lattice)\" Properties=\(properties)"
    for (key, value) in info.sorted(by: { $0.key < $1.key }) where !Self.ownKeys.contains(key) {
      // Not every reader accepts line breaks or quotes in a value.
      header += " \(key)=\"\(oneLine(value).replacing("\"", with: "'"))\""
    }
    header += " energy=\(found.energy_eV) stress=\"\(Self.text(found.stress_eV_A3.elements))\""
    if let energy = reference.energy_eV { header += " reference_energy=\(energy)" }
    if let stress = reference.stress_eV_A3 {
      header += " reference_stress=\"\(Self.text(stress.elements))\""
    }
    var lines = ["\(symbols.count)", header + " pbc=\"T T T\""]
    for atom in symbols.indices {
      var line = "\(symbols[atom]) \(Self.text(positions[atom]))"
      if let molecules { line += " \(molecules[atom])" }
      line += " \(Self.text(found.forces_eV_A[atom]))"
      if let forces = reference.forces_eV_A { line += " \(Self.text(forces[atom]))" }
      if let grades { line += " \(grades[atom])" }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
  private static func text(_ v: Vector3) -> String { text([v.x, v.y, v.z]) }
}
