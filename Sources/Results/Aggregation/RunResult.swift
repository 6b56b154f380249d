import Analysis
import Foundation
import Manifest
import Mechanism
import StudyStore
import Support

/// The result of reading one run.
struct RunResult: Codable, Sendable {
  /// nil where the results leave the run out.
  var reading: RunReading?
  /// What of this run is missing from the results, one line each.
  var missing: [String] = []
  /// Warnings about the run as a whole.
  var warnings: [Warning] = []

  /// Reads a run in any state; `missing` names what can't be read.
  /// - Parameter sites: gives the sites of all runs of its temperature, by species; nil for its own.
  init(
    _ run: RunSpecification, of study: StudyDirectory, budget: ReadBudget = ReadBudget(),
    progress: ReadingProgress? = nil, sites: (Int) -> SiteList? = { _ in nil }
  ) {
    guard let wanted_ps = run.manifest.sample_ps else { return }
    let state = study.state(of: run.index)
    let name = run.directoryName
    if let summary = BrokenMolecule.summary(of: state.broken ?? []) {
      warnings = [.brokenMolecules(run: name, summary: summary)]
    }
    do {
      let reading = try RunReader.read(
        run, directory: study.runPath(run.index), budget: budget, progress: progress,
        sites: sites)
      if state.state != .done {
        missing = [
          "\(name): \(state.state.rawValue), \(fourDigits(reading.duration_ps)) of \(fourDigits(wanted_ps)) ps"
        ]
      }
      warnings += reading.stateWarnings
      if run.manifest.analysis.badState == .exclude, !warnings.isEmpty {
        missing = warnings.map { "left out (bad-state: exclude): \($0)" }
        warnings = []
        return
      }
      // It limits the potential, not the state of the system: bad-state does not exclude it.
      if let summary = state.extrapolation?.exits {
        warnings.append(.leftTrainingSet(run: name, summary: summary))
      }
      self.reading = reading
    } catch let error as Exclusion {
      missing = (state.state == .planned ? ["planned, not started"] : error.reasons).map { "\(name): \($0)" }
    } catch {
      missing = ["\(name): \(error)"]
    }
  }
}

/// Why a run's record is not in the results.
struct Exclusion: Error {
  var reasons: [String]
}
