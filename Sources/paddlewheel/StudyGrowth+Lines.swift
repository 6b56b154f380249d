import Manifest

extension StudyGrowth {
  /// What a manifest changes of a study, for the terminal; nothing where it changes no run.
  /// - Parameter plan: the study after it.
  func lines(_ plan: StudyPlan) -> [String] {
    var lines: [String] = []
    if let first = added.first, let last = added.last {
      let indices = added.count == 1 ? "\(first)" : "\(first) to \(last)"
      lines.append("\(added.count) new runs, \(indices), beside the \(first) of the study")
    }
    if !longer.isEmpty {
      lines.append("\(longer.count) runs of the study go on to a longer sampling stage")
    }
    if !unlisted.isEmpty {
      lines.append("\(unlisted.count) runs of the study are not in this manifest; they stay")
    }
    return lines
  }
}
