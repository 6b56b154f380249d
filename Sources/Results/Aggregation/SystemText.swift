import Crystal
import Manifest
import StudyStore
import Trajectory

extension StudyDirectory {
  /// The ions of a run's cell, and its masses other than the standard ones; nil where there is no record that says.
  func systemText(ofRun index: Int) -> String? {
    let manifest = runs[index].manifest
    guard let record = try? RunRecord(directory: runPath(index)), let counts = try? ions(record) else { return nil }
    let ions = counts.sorted { left, right in
      func rank(_ name: String) -> (Int, String) { (MoleculeKind.isCation(name) ? 0 : 1, name) }
      return rank(left.key) < rank(right.key)
    }.map { "\($1) \($0)" }
    return (ions.isEmpty ? [] : [ions.joined(separator: ", ")]).joined()
      + (manifest.masses_amu.isEmpty ? "" : "; \(manifest.masses_amu.text)")
  }

  /// Ions by formula: the recorded anions, and the atoms that are in none.
  private func ions(_ record: RunRecord) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for group in ["all", "mobile"] where counts.isEmpty && record.plan.group(group) != nil {
      for block in try record.usableBlocks(of: group) {
        for element in try record.species(of: group, block: block) { counts[element, default: 0] += 1 }
      }
    }
    guard record.plan.group("anions") != nil else { return counts }
    for block in try record.usableBlocks(of: "anions") {
      for name in try record.species(of: "anions", block: block) {
        for (element, count) in elements(ofFormula: name) { counts[element, default: 0] -= count }
        counts[name, default: 0] += 1
      }
    }
    return counts.filter { $0.value > 0 }
  }
}

extension MoleculeKind {
  fileprivate static func isCation(_ name: String) -> Bool { MoleculeKind(formula: name)?.isCation ?? false }
}
