import Foundation
import Manifest
import StudyStore
import Support

/// What came of reading one run.
struct RunResult: Codable, Sendable {
  /// nil where the results leave the run out.
  var reading: RunReading?
  /// Lines that say what the results lack of this run.
  var missing: [String] = []
  /// What else a reader of the results should know.
  var notes: [String] = []

  /// Reads a run, whatever state it is in; what goes wrong is named in `missing`.
  init(
    _ run: RunSpecification, of study: StudyDirectory, share: ReadBudget = ReadBudget(),
    progress: ReadingProgress? = nil
  ) {
    guard let wanted_ps = run.manifest.stages.sample_ps else { return }
    let state = study.state(of: run.index)
    let name = run.directoryName
    notes = BrokenMolecule.summary(of: state.broken ?? []).map { ["\(name): \($0)"] } ?? []
    do {
      let reading = try RunReader.read(
        run, directory: study.runPath(run.index), share: share, progress: progress)
      if state.state != .done {
        missing = [
          "\(name): \(state.state.rawValue), \(fourDigits(reading.mobility.duration_ps)) of \(fourDigits(wanted_ps)) ps"
        ]
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
