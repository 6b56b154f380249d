import Study

/// Writes the report of a study's results.
/// - Returns: the path of `report.html`.
func writeReport(of study: StudyDirectory) async throws -> String {
  throw RunFailure("report is not wired to the results")
}
