import StudyStore

/// The ranks of runs that are submitted, where nobody has said a number: a login node is no place to measure.
package enum SubmittedRanks {
  /// Of a system with so many atoms: two hundred atoms a rank, where two ranks still take less than a fifth more core-hours
  /// than one (docs/performance.md).
  package static func usual(atoms: Int) -> Int {
    var ranks = 1
    while ranks < 64, atoms >= 200 * 2 * ranks { ranks *= 2 }
    return ranks
  }

  /// Those of the study's runs where some have begun or were chosen, else ``usual(atoms:)`` of the largest; written into the
  /// study, so that later submissions have them too.
  /// - Parameter isWritten: whether the study is on disk.
  /// - Throws: ``RunFailure``, ``FileError``.
  package static func choose(_ study: StudyDirectory, sizes: [Int?], isWritten: Bool) throws -> Int {
    var chosen = try ChosenRanks.read(study.path)
    let decided = study.runs.indices.compactMap { study.decidedRanks(of: $0, chosen) }
    let ranks = decided.max() ?? usual(atoms: sizes.compactMap { $0 }.max() ?? 0)
    guard isWritten, chosen.ranks.isEmpty else { return ranks }
    for run in study.runs where run.manifest.simulated != nil { chosen.ranks[run.index] = ranks }
    try chosen.write(study.path)
    return ranks
  }
}
