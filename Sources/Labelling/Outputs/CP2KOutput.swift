import EngineSocket
import Mathematics
import Support
import TrajectoryImport
import Units

/// Reads what CP2K prints for one configuration: energy, forces (`&FORCE_EVAL/&PRINT/&FORCES`) and stress
/// (`&STRESS_TENSOR`), of versions before 8.1, up to 2024, and from 2025 on, which print the three differently.
///
/// CP2K's stress tensor is the pressure tensor: compression is positive.
package struct CP2KOutput {
  package private(set) var output = EngineOutput()
  private var section = Section.none
  private var rows: [Vector3] = []
  private var names: [String] = []
  private var unit = 1.0

  private enum Section { case none, forces, stress, positions }

  /// - Throws: `TrajectoryProblem` for a file that can't be read, and for units and lines that are not CP2K's.
  package init(_ path: String) throws {
    let lines = try LineReader(path)
    while let line = try lines.next() {
      let text = line.string
      try take(text) { lines.problem($0, wanted: $1) }
    }
    endSection()
    if output.convergence == .unknown, hasConverged { output.convergence = .achieved }
  }

  private var hasConverged = false

  private mutating func take(_ text: String, fail: (String, String) -> TrajectoryProblem) throws {
    let words = text.split(separator: " ")
    if try begins(text, words, fail) { return }
    switch section {
    case .none: break
    case .forces: takeForce(words)
    case .stress:
      let row = words.first == "STRESS|" ? words.dropFirst() : words[...]
      if let axis = row.first?.lowercased(), ["x", "y", "z"].contains(axis), row.count == 4,
        let vector = outputVector(row.dropFirst())
      {
        rows.append(vector)
        if rows.count == 3 { endSection() }
      }
    case .positions:
      // Atom, kind, element, atomic number, x, y, z, …
      if words.count >= 7, Int(words[0]) != nil, let position = outputVector(words[4...]) {
        names.append(String(words[2]))
        rows.append(position)
      } else if !rows.isEmpty {
        endSection()
      }
    }
  }

  /// Lines that say something by themselves, or begin a section.
  private mutating func begins(
    _ text: String, _ words: [Substring], _ fail: (String, String) -> TrajectoryProblem
  ) throws -> Bool {
    if text.contains("CP2K| version string:") {
      let version = words.drop { $0 != "version" }.last ?? ""
      output.program = "CP2K \(version)"
    } else if text.contains("PROGRAM ENDED AT") {
      output.isComplete = true
    } else if text.contains("SCF run NOT converged") || text.contains("outer SCF loop FAILED to converge") {
      output.convergence = .failed(.line(words.joined(separator: " ")))
    } else if text.contains("SCF run converged in") || text.contains("outer SCF loop converged in") {
      hasConverged = true
    } else if text.contains("ENERGY| Total FORCE_EVAL") {
      guard let energy = words.last.flatMap({ outputNumber($0) }) else {
        throw fail(text, "an energy in hartree")
      }
      output.energy_eV = energy * AtomicUnits.hartree
    } else if text.contains("ATOMIC FORCES in [") || text.contains("FORCES| Atomic forces [") {
      endSection()
      (section, unit) = (.forces, try Self.forceUnit(text, fail))
    } else if text.contains("STRESS TENSOR [") || text.contains(" stress tensor [") && !text.contains("Eigen")
    {
      endSection()
      (section, unit) = (.stress, try Self.pressureUnit(text, fail))
    } else if text.lowercased().contains("atomic coordinates in angstrom") {
      endSection()
      section = .positions
    } else if words.first == "CELL|", words.count > 6, words[1] == "Vector" {
      guard let vector = outputVector(words.drop { !$0.hasSuffix(":") }.dropFirst()) else {
        throw fail(text, "a lattice vector in Å")
      }
      // Of a, b and c; a later cell of the same run is the same.
      if output.cell_A?.count != 3 { output.cell_A = (output.cell_A ?? []) + [vector] }
    } else {
      return false
    }
    return true
  }

  private mutating func takeForce(_ words: [Substring]) {
    if words.contains("SUM") || words.contains("Sum") { return endSection() }
    if words.first == "FORCES|" {
      // FORCES|, atom, x, y, z, length
      if words.count >= 5, Int(words[1]) != nil, let force = outputVector(words[2...]) { rows.append(force) }
    } else if words.count >= 6, Int(words[0]) != nil, let force = outputVector(words[3...]) {
      // Atom, kind, element, x, y, z
      rows.append(force)
    }
  }

  private mutating func endSection() {
    switch section {
    case .none: break
    case .forces:
      output.configurations += 1
      output.forces_eV_A = rows.map { $0 * unit }
    case .stress:
      let scale = -unit
      output.stress_eV_A3 =
        rows.count == 3 ? Tensor3(rows.flatMap { [$0.x, $0.y, $0.z] }.map { $0 * scale }[...]) : nil
    case .positions:
      (output.elements, output.positions_A) = (names, rows)
    }
    (section, rows, names) = (.none, [], [])
  }

  // MARK: units

  /// The text between `[` and `]`.
  private static func unitName(_ text: String) -> String {
    String(text.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" })
  }

  private static func forceUnit(_ text: String, _ fail: (String, String) -> TrajectoryProblem) throws
    -> Double
  {
    switch unitName(text).lowercased() {
    case "a.u.", "hartree/bohr": AtomicUnits.hartree / AtomicUnits.bohr
    case "ev/angstrom": 1
    default: throw fail("forces in \(unitName(text))", "hartree/bohr or eV/angstrom")
    }
  }

  /// eV/Å³.
  private static func pressureUnit(
    _ text: String, _ fail: (String, String) -> TrajectoryProblem
  ) throws -> Double {
    let gigapascals: [String: Double] = [
      "gpa": 1, "kbar": 0.1, "mpa": 1e-3, "bar": 1e-4, "atm": 1.01325e-4, "pa": 1e-9,
    ]
    guard let unit = gigapascals[unitName(text).lowercased()] else {
      throw fail("a stress in \(unitName(text))", "GPa, MPa, Pa, kbar, bar or atm")
    }
    return unit / Constants.gigapascal
  }
}
