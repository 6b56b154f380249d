import Foundation
import Report
import Support
import Training

/// Writes the report of a training from its `training.json`: `training.html`, one page that needs no network, and the figures'
/// scripts and data in `figures`. For a committee, a report in the folder of each model that is trained, and one beside them that
/// compares the models.
///
/// The pages are written even where figures can't be drawn; the error thrown then says so.
/// - Parameters:
///   - folder: the `--output` of a training.
///   - environment: says where gnuplot is.
/// - Returns: the path of the page in `folder`.
/// - Throws: ``InputError`` where no model is trained, and for a damaged file; ``FileError``; `ReportError`.
@discardableResult
package func writeTrainingReport(
  folder: String, environment: [String: String] = ProcessInfo.processInfo.environment
) async throws -> String {
  let place = TrainingFolder(folder)
  if let summary = try TrainingSummary.load(place.summary) {
    let problem = try await writeModelReport(summary, in: place, environment)
    if let problem { throw problem }
    return place.report
  }
  var members: [TrainingSummary] = []
  var problems: [ReportError] = []
  var number = 1
  repeat {
    let member = place.member(number)
    if let summary = try TrainingSummary.load(member.summary) {
      members.append(summary)
      if let problem = try await writeModelReport(summary, in: member, environment) {
        problems.append(problem)
      }
    }
    number += 1
  } while number <= members.first?.model.committee ?? mostMembers
  guard !members.isEmpty else {
    throw InputError(
      place: SourcePlace(file: place.summary), found: "no trained model", wanted: "the folder of a training")
  }
  let page = TrainingPage(committee: members, name: modelName(members[0], folder))
  try AtomicFile.write(page.html(drawings: [:]), to: place.report)
  if let problem = problems.first { throw problem }
  return place.report
}

/// Of a recipe: where the first model of a committee is not trained, others may be.
private let mostMembers = 32

/// - Returns: why figures are missing.
private func writeModelReport(
  _ summary: TrainingSummary, in folder: TrainingFolder, _ environment: [String: String]
) async throws -> ReportError? {
  let figures = URL(fileURLWithPath: folder.path + "/figures")
  do {
    try FileManager.default.createDirectory(at: figures, withIntermediateDirectories: true)
  } catch { throw FileError(figures.path, .create) }
  let page = TrainingPage(summary, name: modelName(summary, folder.path))
  let drawn = try await DrawnFigures(page.figures, in: figures, environment: environment)
  try AtomicFile.write(page.html(drawings: drawn.drawings), to: folder.report)
  return drawn.problem(report: URL(fileURLWithPath: folder.report))
}

private func modelName(_ summary: TrainingSummary, _ folder: String) -> String {
  summary.model.name ?? URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
}

extension TrainingFolder {
  /// The page of ``writeTrainingReport(folder:environment:)``.
  package var report: String { path + "/training.html" }
}
