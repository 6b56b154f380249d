import Foundation
import StudyStore
import Support

/// The results that `aggregate` wrote last.
/// - Throws: ``RunFailure`` where there are no results, and where they do not belong together.
package func results(of study: StudyDirectory) throws -> (summary: StudySummary, curves: StudyCurves) {
  func read<T: Decodable>(_ path: String) throws -> T {
    guard let data = FileContents.own(path, most: 1 << 40) else {
      throw RunFailure("no results: can't read \(path); run paddlewheel aggregate first")
    }
    do { return try JSONDecoder().decode(T.self, from: data) } catch {
      throw RunFailure("\(path) is damaged; run paddlewheel aggregate again")
    }
  }
  let summary: StudySummary = try read("\(study.resultsPath)/summary.json")
  try ResultSet.check(ResultSet.results, in: study.resultsPath)
  return (summary, try read("\(study.resultsPath)/curves.json"))
}
