import StudyStore
import Support

/// How a study's runs ended.
package struct RunSummary: Equatable, Sendable {
  package var done: [Int] = []
  /// With the exit code and the message.
  package var failed: [Int: LaunchOutcome] = [:]
  /// Stopped, running elsewhere, or not reached.
  package var unfinished: [Int: String] = [:]
  /// Those of the unfinished at which another process is at work, which makes the results, too.
  package var held: Set<Int> = []
  /// Those of the unfinished that `cancel` has stopped, or kept from starting.
  package var cancelled: Set<Int> = []
  package var stopRequested = false

  /// The error of the whole; nil where every run is done.
  /// - Parameter study: names the runs.
  package func error(in study: StudyDirectory) -> (any ExitingError)? {
    var lines: [String] = []
    var codes: Set<Int32> = []
    for (index, outcome) in failed.sorted(by: { $0.key < $1.key }) {
      guard case .failed(let code, let message) = outcome else { continue }
      codes.insert(code)
      lines.append("\(study.runs[index].directoryName) failed: \(message)")
    }
    lines += unfinished.sorted { $0.key < $1.key }.map { "\(study.runs[$0.key].directoryName): \($0.value)" }
    if stopRequested { return StoppedError("stopped; the same command resumes the study") }
    if failed.isEmpty, !cancelled.isEmpty, cancelled == Set(unfinished.keys) {
      return StoppedError("cancelled; the same command resumes the study")
    }
    guard !lines.isEmpty else { return nil }
    if done.isEmpty, unfinished.isEmpty {
      let message = lines.joined(separator: "\n")
      return codes == [2] ? InputError(message) : RunFailure(message)
    }
    return IncompleteError("some runs failed or are incomplete:", missing: lines)
  }
}
