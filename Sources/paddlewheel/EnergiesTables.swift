import Foundation
import SinglePoints
import Support

/// The errors as tables; the frames where there is no reference.
func energiesText(_ found: FrameEnergies) -> String {
  guard let all = found.all else {
    return [framesTable(found), gradeText(found)].compactMap { $0 }.joined(separator: "\n\n")
  }
  let systems = found.systems.count > 1 ? found.systems + [all] : [all]
  let head = """
    \(found.frames.count) frames, \(all.frames) with reference values. R.m.s. errors of components, in brackets relative to the \
    r.m.s. of the reference.
    """
  let parts = [head, systemTable(systems), detailTable(all), gradeText(found)].compactMap { $0 }
  return parts.joined(separator: "\n\n")
}

/// What left the hull of the training set; nil without an active set.
private func gradeText(_ found: FrameEnergies) -> String? {
  let graded = found.frames.filter { $0.largestGrade != nil }
  guard let worst = graded.max(by: { ($0.largestGrade ?? 0) < ($1.largestGrade ?? 0) }) else { return nil }
  let outside = graded.filter { ($0.atomsOutside ?? 0) > 0 }
  let atoms = outside.reduce(0) { $0 + ($1.atomsOutside ?? 0) }
  return """
    Outside of the training set (γ > 1): \(atoms) atoms in \(outside.count) of \(graded.count) frames; largest γ \
    \(fixed(worst.largestGrade, 3)) in frame \(worst.frame).
    """ + "\n\n"
      + textTable(
        [["frame", "system", "largest γ", "atoms with γ > 1"]]
          + graded.map {
            ["\($0.frame)", $0.system ?? "–", fixed($0.largestGrade, 3), "\($0.atomsOutside ?? 0)"]
          })
}

/// One line for each frame.
private func framesTable(_ found: FrameEnergies) -> String {
  textTable(
    [["frame", "system", "atoms", "energy / eV", "per atom / eV", "largest force / eV/Å", "pressure / GPa"]]
      + found.frames.map {
        [
          "\($0.frame)", $0.system ?? "–", "\($0.atoms)", fixed($0.energy_eV, 6),
          fixed($0.energy_eV / Double($0.atoms), 6), fixed($0.largestForce_eV_A, 4),
          fixed($0.pressure_GPa, 4),
        ]
      })
}

/// What is asked first, by system.
private func systemTable(_ systems: [FrameEnergies.Errors]) -> String {
  func text(_ errors: PairedErrors?, _ decimals: Int) -> String {
    guard let errors else { return "–" }
    return fixed(errors.rms, decimals) + (errors.relative.map { " (\(fixed($0 * 100, 0)) %)" } ?? "")
  }
  func stress(_ errors: PairedErrors?, _ pressure: PairedErrors?) -> String {
    guard let errors, let pressure else { return "–" }
    return fixed(errors.rms, 2) + " (\(pressure.mean < 0 ? "" : "+")\(fixed(pressure.mean, 2)))"
  }
  let rows = systems.map { one in
    [
      one.system.map { $0.isEmpty ? "–" : $0 } ?? "all", "\(one.frames)", text(one[.force, .singleIons], 3),
      text(one[.netForce, .molecularIons], 3), text(one[.torque, .molecularIons], 3),
      text(one[.force, .molecularIons], 3), text(one[.force], 3), stress(one[.stress], one[.pressure]),
      stress(one[.ionStress], one[.ionPressure]), fixed(one[.relativeEnergy]?.rms, 1),
    ]
  }
  return textTable(
    [
      [
        "", "", "single ions", "net force", "torque", "their atoms", "all atoms", "stress (ΔP)",
        "of centres (ΔP)", "energy",
      ],
      [
        "system", "frames", "eV/Å", "on ions, eV/Å", "on ions, eV", "eV/Å", "eV/Å", "GPa", "GPa", "meV/atom",
      ],
    ] + rows)
}

/// Every quantity of all frames.
private func detailTable(_ all: FrameEnergies.Errors) -> String {
  textTable(
    [["quantity", "of", "values", "r.m.s. error", "of reference", "relative", "slope", "mean", "largest"]]
      + all.rows.map { row in
        let e = row.errors
        return [
          "\(row.group.quantity.text), \(row.group.quantity.unit.name)", row.group.members.text, "\(e.count)",
          fixed(e.rms, 4), fixed(e.referenceRMS, 4), e.relative.map { fixed($0 * 100, 1) + " %" } ?? "–",
          fixed(e.slope, 3), fixed(e.mean, 4), fixed(e.largest, 3),
        ]
      })
}

/// The errors as CSV, by system; the frames where there is no reference.
func energiesCSV(_ found: FrameEnergies) -> String {
  func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
  func quoted(_ text: String) -> String {
    text.contains { ",\"\n\r".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
  guard let all = found.all else {
    return
      (["frame,line,system,atoms,energy_eV,largest_force_eV_per_A,pressure_GPa,largest_grade,atoms_outside"]
      + found.frames.map {
        "\($0.frame),\($0.line),\(quoted($0.system ?? "")),\($0.atoms),\($0.energy_eV),\($0.largestForce_eV_A),"
          + "\($0.pressure_GPa),\(number($0.largestGrade)),\($0.atomsOutside.map { "\($0)" } ?? "")"
      }).joined(separator: "\n")
  }
  var lines = [
    "system,frames,quantity,members,unit,count,rms_error,rms_reference,relative,slope,mean,largest"
  ]
  for one in found.systems + [all] {
    for row in one.rows {
      let e = row.errors
      lines.append(
        "\(quoted(one.system ?? "all")),\(one.frames),\(row.group.quantity.rawValue),\(quoted(row.group.members.text)),"
          + "\(row.group.quantity.unit.name),\(e.count),\(e.rms),\(e.referenceRMS),\(number(e.relative)),"
          + "\(number(e.slope)),\(e.mean),\(number(e.largest))")
    }
  }
  return lines.joined(separator: "\n")
}

extension ErrorGroup.Quantity {
  /// For tables.
  fileprivate var text: String {
    switch self {
    case .energy: "energy"
    case .relativeEnergy: "energy, offset of system removed"
    case .force: "force on atoms"
    case .netForce: "net force on ions"
    case .torque: "torque on ions"
    case .stress: "stress"
    case .pressure: "pressure"
    case .ionStress: "stress of ions' centres"
    case .ionPressure: "pressure of ions' centres"
    }
  }
}
