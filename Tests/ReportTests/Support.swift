import Foundation

@testable import Report
@testable import Results

func read(_ directory: URL, _ path: String) throws -> String {
  try String(contentsOf: directory.appendingPathComponent("results/\(path)"), encoding: .utf8)
}

/// Rows of a CSV without quoted fields, by column.
func rows(_ csv: String) -> [[String: String]] {
  let lines = csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { a, _ in a } }
}

/// As the program writes it, of a manifest and a provenance alone.
@discardableResult
func writeReport(
  results: URL, summary: StudySummary, curves: StudyCurves, manifest: String, provenance: [(String, String)],
  environment: [String: String] = ProcessInfo.processInfo.environment
) async throws -> URL {
  try await writeReport(
    results: results, summary: summary, curves: curves,
    content: ReportContent(manifest: manifest, provenance: provenance), environment: environment)
}

extension ReportPage {
  init(summary: StudySummary, manifest: String, provenance: [(String, String)], drawings: [String: Drawing]) {
    self.init(
      summary: summary, content: ReportContent(manifest: manifest, provenance: provenance), drawings: drawings
    )
  }
}
