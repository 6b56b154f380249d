import Foundation

/// What the files of a run show of its progress; two marks that differ prove that somebody writes them.
package struct RunProgressMark: Equatable, Sendable {
  private var newest: Int
  private var pulse: RunPulse
  /// Of all files: a merge of the record takes minutes without a step, and its file grows.
  private var bytes: Int

  package init(_ study: StudyDirectory, run index: Int) {
    newest = study.attempts(at: index).newest
    pulse = RunState.read(from: study.statePath(index), steps: 0).pulse
    let folder = study.runPath(index)
    // Where the folder can't be listed nothing grows.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    bytes = names.reduce(0) { sum, name in
      var information = stat()
      guard lstat("\(folder)/\(name)", &information) == 0 else { return sum }
      return sum &+ Int(information.st_size)
    }
  }
}
