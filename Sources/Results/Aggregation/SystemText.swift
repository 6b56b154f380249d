import Crystal
import Manifest
import StudyStore
import Trajectory

extension StudyDirectory {
  /// The number of ions of each kind, by formula, in a run's cell; nil where there is no record that says.
  func ionCounts(ofRun index: Int) -> [String: Int]? {
    guard let record = try? RunRecord(directory: runPath(index)), let counts = try? ions(record),
      !counts.isEmpty
    else { return nil }
    return counts
  }

  /// The ions of a run's cell, and its masses other than the standard ones.
  func systemText(_ counts: [String: Int], ofRun index: Int) -> String {
    let masses = runs[index].manifest.masses_amu
    func rank(_ name: String) -> (Int, String) {
      (MoleculeKind(formula: name)?.isPositive ?? false ? 0 : 1, name)
    }
    let ions = counts.sorted { rank($0.key) < rank($1.key) }.map { "\($1) \($0)" }.joined(separator: ", ")
    return ions + (masses.isEmpty ? "" : "; \(masses.text)")
  }

  /// The recorded ions, and the atoms that are in none.
  private func ions(_ record: RunRecord) throws -> [String: Int] {
    func members(_ group: String) throws -> [String: Int] {
      try record.usableBlocks(of: group).reduce(into: [:]) { counts, block in
        for name in try record.species(of: group, block: block) { counts[name, default: 0] += 1 }
      }
    }
    var counts = record.plan.group(IonGroups.all) == nil ? [:] : try members(IonGroups.all)
    let hasAtoms = !counts.isEmpty
    let groups = record.plan.groups.map(\.name).filter { RecordSeries.stage(ofGroup: $0) == nil }
    for group in groups where group != IonGroups.all {
      for (name, number) in try members(group) {
        let atoms = elements(ofFormula: name)
        if hasAtoms, atoms.reduce(0, { $0 + $1.count }) == 1 { continue }
        for (element, count) in atoms where hasAtoms { counts[element, default: 0] -= count * number }
        counts[name, default: 0] += number
      }
    }
    return counts.filter { $0.value > 0 }
  }
}
