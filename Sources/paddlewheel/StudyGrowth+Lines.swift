import Manifest

extension StudyGrowth {
  /// What a manifest changes of a study, for the terminal; nothing where it changes no run.
  /// - Parameter plan: the study after it.
  func lines(_ plan: StudyPlan) -> [String] {
    var lines: [String] = []
    if let first = added.first, let last = added.last {
      lines.append("new runs: \(first == last ? "\(first)" : "\(first) to \(last)")")
    }
    if !longer.isEmpty { lines.append("runs with a longer sampling stage: \(listed(longer))") }
    if !unlisted.isEmpty {
      lines.append("runs of the study that this manifest does not list, and that stay: \(listed(unlisted))")
    }
    return lines
  }

  private func listed(_ indices: [Int]) -> String {
    let shown = indices.prefix(10).map(String.init).joined(separator: ", ")
    return indices.count > 10 ? "\(shown) and \(indices.count - 10) more" : shown
  }
}
