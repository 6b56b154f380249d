import Foundation
import Mechanism
import Results
import Support

/// Writes the report of a study into the folder of its results: `figures/<name>.{svg,gp,dat}`, the CSV tables and `report.html`, one page
/// that needs no network. The same input gives the same bytes.
///
/// Tables and the page are written even where figures can't be drawn; the error thrown then says so.
///
/// - Parameters:
///   - results: the folder of the results; is created if necessary.
///   - curves: in the order of `summary.sets`.
///   - content: what the page shows beside the results.
/// - Returns: the URL of `report.html`.
/// - Throws: `ReportError`.
@discardableResult
package func writeReport(
  results: URL, summary: StudySummary, curves: StudyCurves, content: ReportContent
) async throws -> URL {
  try await writeReport(
    results: results, summary: summary, curves: curves, content: content,
    environment: ProcessInfo.processInfo.environment)
}

/// The same with the environment in which gnuplot is searched for.
func writeReport(
  results place: URL, summary: StudySummary, curves: StudyCurves, content: ReportContent,
  environment: [String: String]
) async throws -> URL {
  guard summary.sets.count == curves.sets.count else {
    throw ReportError.mismatch("\(summary.sets.count) sets in one, \(curves.sets.count) in the other")
  }
  let set: ResultSet
  do { set = try ResultSet(in: place.path, list: ResultSet.report) } catch let error as RunFailure {
    throw ReportError.file(path: place.path, reason: error.message)
  }
  let written: (problem: ReportError?, lacking: [String])
  do {
    written = try await write(
      summary, curves, content, environment, to: URL(fileURLWithPath: set.folder),
      report: place.appendingPathComponent("report.html"))
    try set.commit(madeFrom: ["summary.json", "curves.json"], lacking: written.lacking)
  } catch {
    set.discard()
    throw asReportError(set.naming(error), in: place)
  }
  if let problem = written.problem { throw problem }
  return place.appendingPathComponent("report.html")
}

private func asReportError(_ error: any Error, in place: URL) -> any Error {
  switch error {
  case let error as FileError:
    ReportError.file(path: error.path, reason: "can't \(error.operation.text): \(error.reason)")
  case let error as RunFailure: ReportError.file(path: place.path, reason: error.message)
  case let error as CocoaError: ReportError.file(path: place.path, reason: error.localizedDescription)
  default: error
  }
}

/// Writes the tables, the figures and the page into a folder.
/// - Parameter report: where the page is going to be.
/// - Returns: why figures are missing, nil where none is; and their files.
private func write(
  _ summary: StudySummary, _ curves: StudyCurves, _ content: ReportContent, _ environment: [String: String],
  to results: URL, report: URL
) async throws -> (problem: ReportError?, lacking: [String]) {
  let folder = results.appendingPathComponent("figures")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let tables = StudyTables(summary, curves).texts
  for (name, text) in tables.sorted(by: { $0.key < $1.key }) {
    try write(text, to: results.appendingPathComponent(name))
  }
  try write(
    content.citations.map(\.bibTeX).joined(separator: "\n"),
    to: results.appendingPathComponent("references.bib"))
  let figures = ReportFigures(summary, curves)
  let drawn = try await DrawnFigures(figures.all, in: folder, environment: environment)
  let page = ReportPage(summary: summary, curves: curves, content: content, drawings: drawn.drawings)
  try write(
    page.render(common: figures.common, ofSets: figures.ofSets),
    to: results.appendingPathComponent("report.html"))
  return (drawn.problem(report: report), drawn.lacking.map { "figures/\($0).svg" })
}

/// The figures of a report.
private struct ReportFigures {
  /// Of the study as a whole.
  let common: [Figure]
  /// Of each set.
  let ofSets: [[Figure]]

  var all: [Figure] { common + ofSets.flatMap(\.self) }

  init(_ summary: StudySummary, _ curves: StudyCurves) {
    common = [
      arrheniusFigure(summary, curves), conductivityFigure(summary), cellSizeFigure(summary.cellSizes ?? []),
      seriesFigure(curves.runs, of: curves.allRuns),
      eventsFigure(curves.runs, of: curves.allRuns, name: "migration-events"),
    ].compactMap(\.self)
    ofSets = zip(summary.sets, curves.sets).enumerated().map { index, pair -> [Figure] in
      guard DrawnSets.contains(index, of: summary.sets.count) else { return [] }
      let suffix = summary.sets.count > 1 ? "-\(index + 1)" : ""
      let label = pair.0.label(study: summary.study)
      return [
        msdFigure(pair.1, name: "msd\(suffix)", label: label),
        activeIonsFigure(pair.1, name: "active-ions\(suffix)", label: label),
        densityFigure(pair.1, mobile: pair.0.mobile, suffix: suffix, label: label),
      ].compactMap { $0 }
        + ObservableCatalogue.curves.compactMap {
          observableFigure($0, pair.1, suffix: suffix, label: label)
        }
    }
  }
}

private func write(_ text: String, to url: URL, durably: Bool = true) throws {
  try AtomicFile.write(Data(text.utf8), to: url.path, durably: durably)
}
