import Crystal
import Foundation
import Mechanism
import StudyStore

/// One list of sites for all runs of a temperature, from their mean density: replicas with lists of their own
/// would count hops between different sites.
///
/// The first threads that need a list survey the runs between them. The list does not depend on which does.
final class CommonSites: @unchecked Sendable {
  private struct Key: Hashable {
    var point: Int
    var run: Int
  }

  private enum Survey {
    case begun
    /// nil for a run that can't be read: its own reading says why.
    case done(SiteSurvey?)
  }

  private let study: StudyDirectory
  private let progress: ReadingProgress
  private let grouping: RunGrouping
  private let condition = NSCondition()
  /// Of the runs whose list is not known yet, by point and run.
  private var surveys: [Key: Survey] = [:]
  /// By point; a point whose runs have nothing in common has none.
  private var lists: [Int: SiteList?] = [:]
  /// The symmetry of the framework of each run.
  private var frameworks: [Key: [FractionalOperation]] = [:]

  init(_ study: StudyDirectory, progress: ReadingProgress) {
    self.study = study
    self.progress = progress
    grouping = RunGrouping(study.runs)
  }

  /// - Parameter species: its index.
  /// - Returns: nil for the only run of a temperature, and where the runs are not alike.
  func sites(of run: Int, species: Int) -> SiteList? {
    guard grouping.pointsOfRun[run].indices.contains(species) else { return nil }
    let point = grouping.pointsOfRun[run][species]
    let runs = grouping.points[point].runs
    guard runs.count > 1 else { return nil }
    var list = list(of: runs, point, species: species)
    condition.lock()
    defer { condition.unlock() }
    list?.framework = frameworks.removeValue(forKey: Key(point: point, run: run))
    return list
  }

  private func list(of runs: [Int], _ point: Int, species: Int) -> SiteList? {
    if let known = list(of: point) { return known }
    for other in runs where claim(other, of: point) {
      let survey = survey(other, species: species)
      condition.lock()
      surveys[Key(point: point, run: other)] = .done(survey)
      frameworks[Key(point: point, run: other)] = survey?.operations
      condition.broadcast()
      condition.unlock()
    }
    return wait(for: runs, of: point)
  }

  private func survey(_ run: Int, species: Int) -> SiteSurvey? {
    do {
      return try RunReader.survey(
        study.runs[run], species: species, directory: study.runPath(run), progress: progress)
    } catch {
      // The run's own reading meets the same error, and leaves the run out with it.
      return nil
    }
  }

  private func list(of point: Int) -> SiteList?? {
    condition.lock()
    defer { condition.unlock() }
    return lists[point]
  }

  private func claim(_ run: Int, of point: Int) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    let key = Key(point: point, run: run)
    guard lists[point] == nil, surveys[key] == nil else { return false }
    surveys[key] = .begun
    return true
  }

  private func wait(for runs: [Int], of point: Int) -> SiteList? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let known = lists[point] { return known }
      let done = runs.compactMap { run -> SiteSurvey?? in
        if case .done(let survey) = surveys[Key(point: point, run: run)] { return .some(survey) }
        return nil
      }
      if done.count == runs.count {
        let list = SiteSurvey.sites(done.compactMap(\.self))
        lists[point] = .some(list)
        for run in runs { surveys[Key(point: point, run: run)] = nil }
        condition.broadcast()
        return list
      }
      condition.wait()
    }
  }
}
