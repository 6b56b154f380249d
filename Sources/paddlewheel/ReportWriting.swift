import Foundation
import Report
import Results
import StudyStore
import Support

/// Writes the report of a study's results.
/// - Returns: the path of `report.html`.
func writeReport(of study: StudyDirectory) async throws -> String {
  let (summary, curves) = try results(of: study)
  try study.makeResultsFolder()
  do {
    let url = try await Report.writeReport(
      results: URL(fileURLWithPath: study.resultsPath), summary: summary, curves: curves,
      content: ReportContent(
        manifest: study.plan.resolvedYAML, provenance: provenance(of: study),
        methods: methodsParagraph(of: study, summary, atoms: curves.runs.first?.atomCount),
        citations: citations(of: study, summary)))
    return url.path
  } catch let error as ReportError {
    throw RunFailure("\(error)")
  }
}
