import EngineSocket
import Mathematics
import Support
import TrajectoryImport
import Units

/// Reads what pw.x of Quantum ESPRESSO prints for one configuration (`tprnfor`, `tstress`).
///
/// Energies are in Ry, forces in Ry/bohr; of the two stress tensors of a line the one in Ry/bohr³ has more digits. pw.x
/// prints −∂E/∂strain/V: compression is positive. With smearing its total energy is that whose derivatives the forces are.
package struct EspressoOutput {
  package private(set) var output = EngineOutput()
  private var section = Section.none
  private var rows: [Vector3] = []
  private var names: [String] = []
  /// The lattice parameter, Å.
  private var alat_A: Double?
  private var hasExchangeEnergy = false

  private enum Section { case none, forces, stress, positions }

  /// eV.
  private static let rydberg = AtomicUnits.hartree / 2

  /// - Throws: `TrajectoryProblem` for a file that can't be read, and for lines that are not those of pw.x.
  package init(_ path: String) throws {
    let lines = try LineReader(path)
    while let line = try lines.next() {
      let text = line.string
      let words = text.split(separator: " ")
      if try begins(text, words, fail: { lines.problem($0, wanted: $1) }) { continue }
      takeRow(text, words)
    }
    endSection()
    // It always says so.
    if output.convergence == .unknown { output.convergence = .failed(.silence) }
  }

  /// Lines that say something by themselves, or begin a section.
  private mutating func begins(
    _ text: String, _ words: [Substring], fail: (String, String) -> TrajectoryProblem
  ) throws -> Bool {
    if text.contains("Program PWSCF v.") {
      let version = words.first { $0.hasPrefix("v.") }?.dropFirst(2) ?? ""
      output.program = "Quantum ESPRESSO \(version)"
    } else if text.contains("JOB DONE.") {
      output.isComplete = true
    } else if text.contains("convergence NOT achieved") {
      output.convergence = .failed(.line(words.joined(separator: " ")))
    } else if text.contains("convergence has been achieved") {
      if output.convergence == .unknown { output.convergence = .achieved }
    } else if words.first == "!" || words.first == "!!" {
      try takeEnergy(text, isFinal: words[0] == "!!", fail)
    } else if text.contains("celldm(1)="), let alat = Self.number(behind: "celldm(1)=", in: words) {
      alat_A = alat * AtomicUnits.bohr
    } else if words.first?.hasPrefix("a(") == true, let alat_A, let axis = Self.bracketed(text) {
      if output.cell_A?.count != 3 { output.cell_A = (output.cell_A ?? []) + [axis * alat_A] }
    } else if text.contains("positions (alat units)") {
      endSection()
      section = .positions
    } else if text.contains("Forces acting on atoms") {
      endSection()
      output.configurations += 1
      section = .forces
    } else if text.contains("total   stress"), text.contains("(Ry/bohr**3)") {
      endSection()
      section = .stress
    } else {
      return false
    }
    return true
  }

  /// `!    total energy = -58.9 Ry`; with exact exchange the last one has two marks.
  private mutating func takeEnergy(
    _ text: String, isFinal: Bool, _ fail: (String, String) -> TrajectoryProblem
  ) throws {
    guard text.contains("total energy"), isFinal || !hasExchangeEnergy else { return }
    let words = text.split(separator: " ").drop { $0 != "=" }.dropFirst()
    guard let energy = words.first.flatMap({ outputNumber($0) }), words.dropFirst().first == "Ry" else {
      throw fail("“\(text)”", "an energy in Ry")
    }
    output.energy_eV = energy * Self.rydberg
    hasExchangeEnergy = isFinal
  }

  private mutating func takeRow(_ text: String, _ words: [Substring]) {
    switch section {
    case .none: break
    case .forces:
      if words.count >= 9, words[0] == "atom", words[4] == "force", let force = outputVector(words[6...]) {
        rows.append(force)
      } else if !rows.isEmpty {
        // The parts of the forces that follow look alike.
        endSection()
      }
    case .stress:
      if let row = outputVector(words), words.count >= 6 { rows.append(row) }
      if rows.count == 3 || words.isEmpty { endSection() }
    case .positions:
      if words.count > 5, Int(words[0]) != nil, text.contains("tau("), let position = Self.bracketed(text) {
        // Li1 and Li-up are kinds of Li.
        names.append(String(words[1].prefix { $0.isLetter }))
        rows.append(position)
      } else if !rows.isEmpty {
        endSection()
      }
    }
  }

  private mutating func endSection() {
    switch section {
    case .none: break
    case .forces: output.forces_eV_A = rows.map { $0 * (Self.rydberg / AtomicUnits.bohr) }
    case .stress:
      let bohr3 = AtomicUnits.bohr * AtomicUnits.bohr * AtomicUnits.bohr
      let scale = -Self.rydberg / bohr3
      output.stress_eV_A3 =
        rows.count == 3 ? Tensor3(rows.flatMap { [$0.x, $0.y, $0.z] }.map { $0 * scale }[...]) : nil
    case .positions:
      output.elements = names
      output.positions_A = alat_A.map { alat in rows.map { $0 * alat } }
    }
    (section, rows, names) = (.none, [], [])
  }

  private static func number(behind name: String, in words: [Substring]) -> Double? {
    words.firstIndex { $0 == name }.flatMap { $0 + 1 < words.count ? outputNumber(words[$0 + 1]) : nil }
  }

  /// The numbers of the last pair of brackets.
  private static func bracketed(_ text: String) -> Vector3? {
    guard let open = text.lastIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else {
      return nil
    }
    return outputVector(text[text.index(after: open)..<close].split(separator: " "))
  }
}
