import Crystal
import Manifest
import StudyStore
import Trajectory

extension StudyDirectory {
  /// The number of ions of each kind, by formula, in a run's cell; nil where there is no record that says.
  func ionCounts(ofRun index: Int) -> [String: Int]? {
    guard let record = try? RunRecord(directory: runPath(index)), let counts = try? record.ionCounts(),
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
}
