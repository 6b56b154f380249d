import Results

extension SetSummary {
  /// What distinguishes this set from the others: `composition 0.5, mass-scale 4`; the study's name where
  /// there is only one.
  func label(study: String) -> String {
    if point.isEmpty { return study }
    return point.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
