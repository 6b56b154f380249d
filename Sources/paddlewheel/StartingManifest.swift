import Crystal
import Foundation
import Support

/// A manifest to start from: what every study needs, with what was found in the structure as comments.
struct StartingManifest {
  /// As the manifest names the structure.
  let source: String
  /// Of the study.
  let name: String
  let description: StructureDescription
  let declared: IonOptions

  /// Shorter edges make ions meet their own images.
  private static let leastEdge_A = 18.0

  /// Repetitions after which every edge is long enough, at most four.
  private var supercell: [Int] {
    description.cellLengths_A.map { min(4, max(1, Int((Self.leastEdge_A / max($0, 1)).rounded(.up)))) }
  }

  private var atoms: Int { description.atoms * supercell.reduce(1, *) }

  /// The only alkali metal, else the cations.
  private var mobile: [String] {
    let alkali: Set = ["Li", "Na", "K", "Rb", "Cs"]
    let found = description.cations.map(\.name)
    let light = found.filter(alkali.contains)
    return light.count == 1 ? light : found
  }

  /// A name that needs no quotes.
  private var study: String {
    let plain = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return plain.contains { $0 != "-" } ? String(plain) : "study"
  }

  var text: String {
    let molecules = description.molecules.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(
      separator: ", ")
    let charges = description.ionCharges.sorted { $0.key < $1.key }.map { "\($0) \($1 > 0 ? "+" : "")\($1)" }
    let lengths = description.cellLengths_A.map { fixed($0, 2) }.joined(separator: ", ")
    let angles = description.cellAngles_degrees.map { fixed($0, 1) }.joined(separator: ", ")
    let groups = description.spaceGroups.values.map { "\($0.symbol)" }.sorted()
    var found = [
      "\(description.formula), \(description.atoms) atoms: \(molecules)",
      "cell \(lengths) Å, \(angles)°"
        + (groups.isEmpty ? "" : "; space group \(Set(groups).sorted().joined(separator: ", "))"),
      charges.isEmpty ? "charges of the ions: not known" : "charges: \(charges.joined(separator: ", "))",
    ]
    if description.charge != 0 {
      found.append(
        "the charges " + (description.charge.map { "sum to \($0), not 0" } ?? "are not all known")
          + ": system.ions gives them")
    }
    found += description.notes
    return """
      # A manifest to start from. Found in \(oneLine(source)):
      \(found.flatMap { wrapped("#   \(oneLine($0))", width: 96).split(separator: "\n").map { $0.hasPrefix("#") ? String($0) : "#\($0)" } }.joined(separator: "\n"))
      # Every key, its unit and default: docs/manifest.md. `paddlewheel plan` shows what will run, and how long it takes.
      study: \(study)
      seed: 1
      system:
        structure: \(quoted(source))
        # \(atoms) atoms; no edge below \(fixed(Self.leastEdge_A, 0)) Å, as ions must not meet their own images
        supercell: \(supercell)
      \(declarations)# Where it can be relied on: docs/potential.md. A NEP model: potential: {nep: FILE}
      potential: paddlewheel-ff
      dynamics:
        ensemble: nvt  # npt for the density at pressure: 0 GPa
        timestep: 1 fs
      # sample decides the errors; `paddlewheel extend DIR --target 10%` adds to it where it helps
      stages: {relax: {force: 0.05 eV/Å}, equilibrate: 5 ps, sample: 50 ps}
      sweep:
        # three or more for an activation energy and an extrapolation
        temperature: [500 K, 600 K, 700 K, 800 K]
        # several show whether runs agree
        replica: 2
      analysis:
        mobile: \(mobile.isEmpty ? "[]  # which ion diffuses?" : mobile.count == 1 ? mobile[0] : "[\(mobile.joined(separator: ", "))]")
        extrapolate: 300 K

      """
  }

  private var declarations: String {
    var lines = ""
    if !declared.ion.isEmpty {
      lines += "  ions: {\(declared.ion.map { $0.replacing("=", with: ": ") }.joined(separator: ", "))}\n"
    }
    if !declared.bond.isEmpty {
      lines += "  bonds: {\(declared.bond.map { $0.replacing("=", with: ": ") }.joined(separator: ", "))}\n"
    }
    return lines
  }

  /// A path as YAML takes it.
  private func quoted(_ text: String) -> String {
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "./_-".contains($0)) }
    return isPlain ? text : "'" + text.replacing("'", with: "''") + "'"
  }
}
