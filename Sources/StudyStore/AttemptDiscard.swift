import Checkpoints
import Foundation
import Support
import Trajectory

/// An attempt that a user gives up, as `--discard-attempt` names it.
package struct DiscardedAttempt: Equatable, Sendable {
  package var run: Int
  package var attempt: Int

  package init(run: Int, attempt: Int) {
    self.run = run
    self.attempt = attempt
  }

  /// Reads `RUN:ATTEMPT`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let run = parts[0], let attempt = parts[1] else { return nil }
    self.init(run: run, attempt: attempt)
  }
}

extension StudyDirectory {
  /// Sets aside what an attempt and all later ones have written, so that the next attempt goes on from what is older.
  /// Nothing is deleted: the files are moved into a folder of the run.
  /// - Returns: the folder and the names of the files in it.
  /// - Throws: ``InputError`` for an attempt that the run does not have; ``IncompleteError`` while the run is running;
  ///   ``FileError``, ``RunFailure``.
  package func discard(_ discarded: DiscardedAttempt) throws -> (folder: String, files: [String]) {
    let run = try run(discarded.run)
    let history = attempts(at: run.index)
    guard (1...max(1, history.newest)).contains(discarded.attempt), history.newest > 0 else {
      throw InputError(
        key: "--discard-attempt", found: "attempt \(discarded.attempt) of \(run.directoryName)",
        wanted: history.newest > 0 ? "one from 1 to \(history.newest)" : "a run that has begun")
    }
    guard state(of: run.index).state != .running else {
      throw IncompleteError("\(run.directoryName) is running: stop it before an attempt is discarded")
    }
    let path = runPath(run.index)
    let checkpoints = CheckpointStore(directory: path).attempts()
      .filter { $0.value ?? discarded.attempt >= discarded.attempt }.keys
      .map { URL(fileURLWithPath: $0).lastPathComponent }
    let files = try RecordFiles.dependent(on: discarded.attempt, in: path) + checkpoints.sorted()
    let folder = try Self.newFolder("\(path)/discarded-attempt-\(discarded.attempt)")
    // State and records first: where the move is interrupted, the run is not done, and the same command goes on.
    try markDiscarded(from: discarded.attempt, at: run.index)
    for name in files {
      guard rename("\(path)/\(name)", "\(folder)/\(name)") == 0 else {
        throw FileError("\(path)/\(name)", .rename)
      }
    }
    try AtomicFile.synchronize(folder)
    try AtomicFile.synchronize(path)
    return (folder, files)
  }

  /// Discards an attempt and words what was done.
  package func discardMessage(_ discarded: DiscardedAttempt) throws -> String {
    let (folder, files) = try discard(discarded)
    return
      "\(try run(discarded.run).directoryName): attempt \(discarded.attempt) is discarded; \(files.count) files are "
      + "in \(folder)"
  }

  private static func newFolder(_ path: String) throws -> String {
    var number = 1
    while true {
      let folder = number == 1 ? path : "\(path).\(number)"
      if mkdir(folder, 0o777) == 0 { return folder }
      guard errno == EEXIST else { throw FileError(folder, .create) }
      number += 1
    }
  }

  /// The numbers of the attempts stay taken: a process of an old one that is thought dead still finds its successor.
  private func markDiscarded(from attempt: Int, at index: Int) throws {
    let history = attempts(at: index)
    let message = "attempt \(attempt) was discarded; run again to go on from what is older"
    for var record in history.records() where record.attempt >= attempt {
      record.ended = .stopped
      record.ended_s = record.ended_s ?? Date().timeIntervalSince1970
      record.message = message
      record.reason = nil
      record.exitCode = nil
      try history.write(record)
    }
    var state = RunState(.stopped, steps: runs[index].manifest.steps)
    state.attempt = history.newest
    state.message = message
    try state.write(to: statePath(index))
  }
}
