import Digest
import Foundation
import Manifest
import StudyStore
import Support

/// Provenance of the results for the report: pairs of name and value.
package func provenance(of study: StudyDirectory) -> [(String, String)] {
  var pairs = [("Paddlewheel", paddlewheelVersion), ("Study", study.manifest.study)]
  pairs.append(("Manifest, SHA-256", SHA256.hexadecimal(of: study.plan.resolvedYAML)))
  switch study.manifest.source {
  case .imported(let imported):
    pairs.append(("Imported from", imported.runs.flatMap(\.files).joined(separator: ", ")))
  case .simulated(let simulation): pairs.append(("Seed", String(simulation.seed)))
  }
  var systems: [SystemSpecification] = []
  for system in study.runs.compactMap(\.manifest.simulated?.system) where system != systems.last {
    systems.append(system)
  }
  let compositions = Set(systems.compactMap(\.realisedComposition)).sorted()
  if !compositions.isEmpty {
    pairs.append(("Composition x, as built", compositions.map(fourDigits).joined(separator: ", ")))
  }
  let protocols = Set(study.runs.compactMap(stages(of:))).sorted()
  if !protocols.isEmpty {
    let shown = protocols.prefix(3).joined(separator: "; or ")
    pairs.append(("Stages", shown + (protocols.count > 3 ? "; … \(protocols.count) sequences in all" : "")))
  }
  let states = study.runs.map { study.state(of: $0.index) }
  func all<T: Hashable>(_ values: [T?]) -> String {
    Set(values.compactMap { $0 }).map { "\($0)" }.sorted().joined(separator: ", ")
  }
  pairs.append(("Hosts", all(states.map(\.host))))
  pairs.append(("Ranks", all(states.map(\.ranks))))
  pairs.append(("Attempts", all(states.map { Optional($0.attempt) })))
  let time = states.reduce(0) { $0 + $1.wallTime_s }
  pairs.append(("Wall time of all runs", String(format: "%.0f s", time)))
  for packs in study.packEfficiencies() { pairs.append(("Packs", packs.line)) }
  return pairs
}

/// The stages of a run with what each does; nil for an imported one.
private func stages(of run: RunSpecification) -> String? {
  run.manifest.simulated?.stageSettings(at: run.temperature_K).map { "\($0.name) (\($0.summary))" }
    .joined(separator: ", ")
}
