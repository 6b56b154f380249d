import Foundation
import StudyStore
import Support

/// What `aggregate` prints.
package struct AggregationResult: Sendable {
  /// The absolute path of `summary.json`.
  package var summaryPath: String
  /// The table of results, its heading first.
  package var table: [[String]]
  /// Lines to print after the table.
  package var lines: [String]
  /// Runs or files left out, by name.
  package var missing: [String]
}

/// Computes the results from what has been sampled so far: `results/summary.json`, `curves.json` and
/// `results.h5`, as one set (``ResultSet``). The same record gives the same bytes, whatever the number of threads and ranks. Runs
/// that have not changed since the last time are not read again (``KeptReadings``).
///
/// - Parameters:
///   - ranks: the ranks that read the runs.
///   - threads: of this process; nil for one on each core of this machine, shared with its other ranks.
///   - observer: is called from any thread with the progress of this process.
/// - Returns: nil on all ranks but the first.
/// - Throws: ``RunFailure`` for results that can't be written.
package func aggregate(
  study: StudyDirectory, ranks: AggregationRanks, threads: Int? = nil,
  observer: @escaping @Sendable (AggregationProgress) -> Void = { _ in }
) throws -> AggregationResult? {
  let set = try ranks.together { () throws -> ResultSet? in
    guard ranks.isRoot else { return nil }
    try DriftBodies.check(study)
    try study.makeResultsFolder()
    return try ResultSet(in: study.resultsPath, list: ResultSet.results)
  }
  do {
    return try aggregate(study, ranks, threads, into: set, observer)
  } catch {
    set?.discard()
    throw set?.naming(error) ?? error
  }
}

private func aggregate(
  _ study: StudyDirectory, _ ranks: AggregationRanks, _ threads: Int?, into set: ResultSet?,
  _ observer: @escaping @Sendable (AggregationProgress) -> Void
) throws -> AggregationResult? {
  let groups = RunGrouping(study.runs).groups
  let kept = ranks.isRoot ? KeptReadings(study, groups: groups) : nil
  var builder = ResultsBuilder(study) { densities in
    if let set { try DensityFiles.write(densities, to: "\(set.folder)/density") }
  } keep: {
    try kept?.keep($0, of: $1)
  }
  var missing: [Int] = []
  for index in groups.indices where ranks.isRoot {
    if let reading = kept?.reading(index) {
      try builder.add(reading, ofGroup: index)
    } else {
      missing += groups[index].runs
    }
  }
  let runs = try ranks.agreed(missing.sorted())
  let reader = StudyReader(
    study, runs: ranks.share(of: runs), threads: threads ?? ranks.threads, observer: observer)
  try ranks.read(runs, read: reader.read) { try builder.add($0, of: $1) }
  kept?.removeOthers()
  guard let set else { return nil }
  let (summary, curves, series) = try builder.finish()
  try AtomicFile.write(try fileJSON(summary), to: "\(set.folder)/summary.json")
  try CurvesFile.write(curves, to: "\(set.folder)/curves.json")
  try ResultsFile.write(summary, curves, series: series, to: "\(set.folder)/results.h5")
  try set.commit()
  return AggregationResult(
    summaryPath: "\(study.resultsPath)/summary.json", table: ResultTable.rows(summary),
    lines: ResultTable.lines(summary),
    missing: summary.missing)
}
