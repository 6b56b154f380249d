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
/// `results.h5`. The same record gives the same bytes, whatever the number of threads and ranks.
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
  let count = study.runs.count
  let reader = StudyReader(
    study, runs: ranks.share(of: count), threads: threads ?? ranks.threads, observer: observer)
  var builder = ResultsBuilder(study) { densities in
    try DensityFiles.write(densities, to: "\(study.resultsPath)/density")
  }
  try ranks.read(count, read: reader.read) { try builder.add($0, of: $1) }
  guard ranks.isRoot else { return nil }
  let (summary, curves, series) = try builder.finish()
  try FileManager.default.createDirectory(atPath: study.resultsPath, withIntermediateDirectories: true)
  let path = "\(study.resultsPath)/summary.json"
  try AtomicFile.write(try fileJSON(summary), to: path)
  try CurvesFile.write(curves, to: curvesPath(of: study))
  try ResultsFile.write(summary, curves, series: series, to: "\(study.resultsPath)/results.h5")
  return AggregationResult(
    summaryPath: path, table: ResultTable.rows(summary), lines: ResultTable.lines(summary),
    missing: summary.missing)
}

func curvesPath(of study: StudyDirectory) -> String { "\(study.resultsPath)/curves.json" }
