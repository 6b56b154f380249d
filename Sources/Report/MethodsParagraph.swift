import Analysis
import Crystal
import Foundation
import Manifest
import Mathematics
import Results
import StudyStore
import Support
import Trajectory
import Units

/// What was simulated and how, as one paragraph for a section on methods.
/// - Parameter atoms: of a cell; nil where it is not known.
package func methodsParagraph(of study: StudyDirectory, _ summary: StudySummary, atoms: Int?) -> String {
  let parts = [
    study.runs.first.flatMap { $0.manifest.simulated }.map { simulation(study, $0, summary, atoms) }
      ?? imported(study, summary, atoms), analysis(summary),
  ]
  return parts.joined(separator: " ")
}

private func simulation(
  _ study: StudyDirectory, _ simulation: SimulationSpecification, _ summary: StudySummary, _ atoms: Int?
) -> String {
  let dynamics = simulation.dynamics
  var bath = dynamics.ensemble.rawValue.uppercased() + " ensemble"
  switch dynamics.thermostat {
  case .noseHooverChain(let damping)?:
    bath += " (Nosé–Hoover chain, damping \(Quantity.print(damping, as: .time)))"
  case .langevin(let friction)?:
    bath += " (Langevin dynamics, friction \(Quantity.print(friction, as: .rate)))"
  case nil: break
  }
  if let pressure = dynamics.pressure_GPa { bath += " at \(Quantity.print(pressure, as: .pressure))" }
  let temperature = study.runs[0].temperature_K
  let stages = simulation.stageSettings(at: temperature).map { "\($0.name) (\($0.summary))" }
  let step =
    dynamics.outerTimestep_ps.map {
      "time steps of \(Quantity.print(dynamics.timestep_ps, as: .time)) (bonded terms) and \(Quantity.print($0, as: .time))"
    } ?? "a time step of \(Quantity.print(dynamics.timestep_ps, as: .time))"
  return
    "Molecular dynamics of \(system(simulation, summary, cell(study), atoms)) \(temperatures(summary)) were run with Paddlewheel "
    + "\(paddlewheelVersion) in the \(bath) with \(step), in the stages \(stages.joined(separator: ", ")). "
    + forces(simulation, summary)
}

/// Ions, structure, supercell, cell and isotopes.
private func system(
  _ simulation: SimulationSpecification, _ summary: StudySummary, _ cell: Cell?, _ atoms: Int?
) -> String {
  let systems = summary.sets.compactMap(\.system).reduce(into: [String]()) {
    if !$0.contains($1) { $0.append($1) }
  }
  let rows = simulation.system.supercell
  let isDiagonal = rows.enumerated().allSatisfy { i, row in
    row.enumerated().allSatisfy { j, value in i == j || value == 0 }
  }
  let supercell =
    isDiagonal
    ? rows.indices.map { "\(rows[$0][$0])" }.joined(separator: " × ")
    : "[" + rows.map { "[" + $0.map(String.init).joined(separator: ", ") + "]" }.joined(separator: ", ") + "]"
  var details = ["\(simulation.system.structure.text), supercell \(supercell)"]
  if let atoms { details.append("\(atoms) atoms") }
  if let cell { details.append(text(of: cell)) }
  let name =
    systems.isEmpty ? simulation.system.structure.text : systems.prefix(2).joined(separator: "; and ")
  let scaled = simulation.dynamics.massScale.sorted { $0.key < $1.key }.map {
    "masses of \($0.key) × \(fourDigits($0.value))"
  }
  return "\(name) (\((details + scaled).joined(separator: ", ")))"
}

private func text(of cell: Cell) -> String {
  let v = cell.vectors
  func angle(_ a: Vector3, _ b: Vector3) -> Double { acos(dot(a, b) / (length(a) * length(b))) * 180 / .pi }
  let lengths = v.map { String(format: "%.2f", length($0)) }.joined(separator: ", ")
  let angles = [angle(v[1], v[2]), angle(v[0], v[2]), angle(v[0], v[1])]
  let right = angles.allSatisfy { abs($0 - 90) < 0.05 }
  return "a, b, c = \(lengths) Å"
    + (right ? "" : ", α, β, γ = \(angles.map { String(format: "%.1f", $0) }.joined(separator: ", "))°")
}

/// Of the first frame of the first run; nil where there is none.
private func cell(_ study: StudyDirectory) -> Cell? {
  guard let record = try? RunRecord(directory: study.runPath(0)) else { return nil }
  let group = record.plan.groups.map(\.name).first { record.frameCount(of: $0) > 0 }
  return group.flatMap { try? record.cells(of: $0, frames: 0..<1).first }
}

private func forces(_ simulation: SimulationSpecification, _ summary: StudySummary) -> String {
  let verdict = summary.potentials.first
  let trust = verdict.map { " (\($0.description))" } ?? ""
  switch simulation.potential.form {
  case .forceField:
    return
      "Forces are those of the force field \(verdict == nil ? simulation.potential.text : "")\(verdict?.description ?? ""), "
      + "truncated at \(Quantity.print(simulation.forces.cutoff_A, as: .length)); Coulomb forces by smooth particle-mesh "
      + "Ewald with a relative error of \(fourDigits(simulation.forces.coulombAccuracy))."
  case .nep: return "Forces are those of the neuroevolution potential \(simulation.potential.text)\(trust)."
  case .driver: return "Forces come from another program: \(simulation.potential.text)\(trust)."
  }
}

private func imported(_ study: StudyDirectory, _ summary: StudySummary, _ atoms: Int?) -> String {
  let runs = study.manifest.imported?.runs ?? []
  let formats = Set(runs.map(\.format)).sorted().joined(separator: ", ")
  let systems = summary.sets.compactMap(\.system).prefix(2).joined(separator: "; and ")
  let details = [atoms.map { "\($0) atoms" }, cell(study).map(text)].compactMap(\.self).joined(
    separator: ", ")
  let interval = runs.first.map { ", a frame every \(Quantity.print($0.frameInterval_ps, as: .time))" } ?? ""
  return "\(runs.count) trajector\(runs.count == 1 ? "y" : "ies") of another program (\(formats))"
    + (systems.isEmpty ? "" : " of \(systems)") + (details.isEmpty ? "" : " (\(details))")
    + " \(temperatures(summary))\(interval), were analysed with Paddlewheel \(paddlewheelVersion)."
}

private func temperatures(_ summary: StudySummary) -> String {
  let all = Set(summary.sets.flatMap(\.temperatures).map(\.temperature_K)).sorted()
  let sampled = summary.setsOfRuns.flatMap(\.temperatures).map(\.sampled_ps).reduce(0, +)
  let replicas = Set(summary.setsOfRuns.flatMap(\.temperatures).map(\.replicas)).sorted()
  let list =
    all.count <= 6
    ? all.map(fourDigits).joined(separator: ", ") : "\(fourDigits(all[0]))–\(fourDigits(all[all.count - 1]))"
  let each = replicas.count == 1 && replicas[0] > 1 ? ", \(replicas[0]) replicas each" : ""
  return (all.isEmpty ? "" : "at \(list) K\(each) ") + "(\(fourDigits(sampled)) ps in all)"
}

private func analysis(_ summary: StudySummary) -> String {
  let charges = Set(
    summary.sets.compactMap { set in
      set.charge_e.flatMap { charge in
        set.mobile.map { "\($0) \(charge > 0 ? "+" : "")\(fourDigits(charge))" }
      }
    }
  ).sorted()
  return
    "Tracer diffusivities are maximum-likelihood estimates from the spectra of the displacements, with drift removed; "
    + "intervals are those of the posterior. "
    + (charges.isEmpty
      ? ""
      : "Conductivities follow from the Nernst–Einstein equation with formal charges (\(charges.joined(separator: ", "))). ")
    + "Errors are one standard error."
}
