import Foundation
import Mechanism
import Results

/// Writes `results/` of a study: `figures/<name>.{svg,gp,dat}`, the CSV tables and `report.html`, one page
/// that needs no network. The same input gives the same bytes.
///
/// Tables and the page are written even where figures can't be; the error thrown then says so.
///
/// - Parameters:
///   - directory: the study's; `results/` in it is made where it is not there.
///   - curves: in the order of `summary.sets`.
///   - manifest: the resolved manifest, shown as it is.
///   - provenance: pairs of name and value, shown in this order.
/// - Returns: the URL of `report.html`.
/// - Throws: `ReportError`.
@discardableResult
package func writeReport(
  directory: URL, summary: StudySummary, curves: StudyCurves, manifest: String,
  provenance: [(String, String)]
) async throws -> URL {
  try await writeReport(
    directory: directory, summary: summary, curves: curves, manifest: manifest, provenance: provenance,
    environment: ProcessInfo.processInfo.environment)
}

/// The same with the environment to look for gnuplot in.
func writeReport(
  directory: URL, summary: StudySummary, curves: StudyCurves, manifest: String,
  provenance: [(String, String)], environment: [String: String]
) async throws -> URL {
  guard summary.sets.count == curves.sets.count else {
    throw ReportError.mismatch("\(summary.sets.count) sets in one, \(curves.sets.count) in the other")
  }
  let results = directory.appendingPathComponent("results")
  let folder = results.appendingPathComponent("figures")
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    throw ReportError.file(path: folder.path, reason: "can't be made: \(error.localizedDescription)")
  }
  let tables = tables(of: summary, curves).merging(observableTables(of: summary, curves)) { first, _ in first
  }
  for (name, text) in tables.sorted(by: { $0.key < $1.key }) {
    try write(text, to: results.appendingPathComponent(name))
  }

  let common = [
    arrheniusFigure(summary, curves), conductivityFigure(summary),
    seriesFigure(curves.runs, of: curves.allRuns),
    eventsFigure(curves.runs, of: curves.allRuns, name: "migration-events"),
  ].compactMap { $0 }
  let ofSets = zip(summary.sets, curves.sets).enumerated().map { index, pair -> [Figure] in
    guard DrawnSets.contains(index, of: summary.sets.count) else { return [] }
    let suffix = summary.sets.count > 1 ? "-\(index + 1)" : ""
    let label = pair.0.label(study: summary.study)
    return [
      msdFigure(pair.1, name: "msd\(suffix)", label: label),
      activeIonsFigure(pair.1, name: "active-ions\(suffix)", label: label),
      densityFigure(pair.1, suffix: suffix, label: label),
    ].compactMap { $0 }
      + ObservableCatalogue.curves.compactMap {
        observableFigure($0, pair.1, suffix: suffix, label: label)
      }
  }
  let figures = common + ofSets.flatMap { $0 }
  for figure in figures {
    try write(figure.script, to: folder.appendingPathComponent("\(figure.name).gp"))
    try write(figure.data, to: folder.appendingPathComponent("\(figure.name).dat"))
  }

  let (gnuplot, looked) = Gnuplot.executable(environment: environment)
  var drawn: [String: Result<String, Gnuplot.Failure>] = [:]
  if let gnuplot { drawn = await Gnuplot.drawAll(figures.map(\.name), in: folder, with: gnuplot) }
  var drawings: [String: ReportPage.Drawing] = [:]
  var failures: [String: String] = [:]
  for figure in figures {
    switch drawn[figure.name] {
    case .success(let svg)?:
      drawings[figure.name] = .svg(
        InlineSVG.prepare(svg, name: figure.name, description: figure.title))
    case .failure(let failure)?:
      failures[figure.name] = failure.reason
      drawings[figure.name] = .missing("gnuplot could not draw it: \(failure.reason)")
    case nil: drawings[figure.name] = .missing("gnuplot was not found when this page was written")
    }
  }

  let page = ReportPage(summary: summary, manifest: manifest, provenance: provenance, drawings: drawings)
  let report = results.appendingPathComponent("report.html")
  try write(page.render(common: common, ofSets: ofSets), to: report)
  if gnuplot == nil { throw ReportError.gnuplotMissing(looked: looked, report: report) }
  if !failures.isEmpty { throw ReportError.figuresFailed(failures, report: report) }
  return report
}

private func write(_ text: String, to url: URL) throws {
  do {
    try Data(text.utf8).write(to: url, options: .atomic)
  } catch {
    throw ReportError.file(path: url.path, reason: "can't be written: \(error.localizedDescription)")
  }
}
