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
  package var notes: [String]
  /// Runs or files left out, by name.
  package var missing: [String]

  package init(summaryPath: String, table: [[String]], notes: [String], missing: [String]) {
    self.summaryPath = summaryPath
    self.table = table
    self.notes = notes
    self.missing = missing
  }
}

/// Makes the results from whatever has been sampled so far: `results/summary.json`, `curves.json` and
/// `results.h5`. The same record gives the same bytes, whatever the number of threads and ranks.
///
/// - Parameter ranks: those that share the reading.
/// - Parameter threads: of this process; nil for one on each core of this machine, shared with its other ranks.
/// - Parameter observer: hears from any thread how far this process is.
/// - Returns: nil on all ranks but the first.
/// - Throws: ``RunFailure`` for results that can't be written.
package func aggregate(
  study: StudyDirectory, ranks: AggregationRanks, threads: Int? = nil,
  observer: @escaping @Sendable (AggregationProgress) -> Void = { _ in }
) throws -> AggregationResult? {
  let count = study.runs.count
  let reader = StudyReader(
    study, runs: ranks.share(of: count), threads: threads ?? ranks.threads, observer: observer)
  var coordinator = ResultsBuilder(study) { densities in
    try DensityFiles.write(densities, to: "\(study.resultsPath)/density")
  }
  try ranks.outcomes(of: count, read: reader.read) { try coordinator.add($0, of: $1) }
  guard ranks.isRoot else { return nil }
  let (summary, curves, series) = try coordinator.finish()
  try FileManager.default.createDirectory(atPath: study.resultsPath, withIntermediateDirectories: true)
  let path = "\(study.resultsPath)/summary.json"
  try AtomicFile.write(try fileJSON(summary), to: path)
  try CurvesFile.write(curves, to: curvesPath(of: study))
  try ResultsFile.write(summary, curves, series: series, to: "\(study.resultsPath)/results.h5")
  return AggregationResult(
    summaryPath: path, table: ResultTable.rows(summary), notes: ResultTable.lines(summary),
    missing: summary.missing)
}

func curvesPath(of study: StudyDirectory) -> String { "\(study.resultsPath)/curves.json" }
