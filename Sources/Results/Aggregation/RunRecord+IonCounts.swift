import Crystal
import StudyStore
import Trajectory

extension RunRecord {
  /// The number of ions of each kind, by formula: the recorded ions, and the atoms that are in none of them.
  /// - Throws: `RecordError`.
  package func ionCounts() throws -> [String: Int] {
    func members(_ group: String) throws -> [String: Int] {
      try usableBlocks(of: group).reduce(into: [:]) { counts, block in
        for name in try species(of: group, block: block) { counts[name, default: 0] += 1 }
      }
    }
    var counts = plan.group(IonGroups.all) == nil ? [:] : try members(IonGroups.all)
    let hasAtoms = !counts.isEmpty
    let groups = plan.groups.map(\.name).filter { RecordSeries.stage(ofGroup: $0) == nil }
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
