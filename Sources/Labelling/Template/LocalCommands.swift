import EngineSocket
import Foundation
import Support

/// Runs an engine's command in the folders of frames on this machine, several at a time. However this process ends, the
/// commands end with it.
struct LocalCommands {
  private let folders: FrameFolders
  private let count: Int
  private let script: String

  private static let interval_s = 0.05

  init(_ folders: FrameFolders, count: Int, script: String) {
    self.folders = folders
    self.count = count
    self.script = script
  }

  /// - Throws: ``RunFailure`` where the command fails at the first frames; what the session throws.
  func run(_ frames: [LabelFrame], _ session: LabelSession) throws {
    var waiting = frames[...]
    var running: [(frame: LabelFrame, process: ClientProcess)] = []
    // What still runs when this is left by an error ends.
    defer { for (_, process) in running { process.finish(patience_s: 0) } }
    while true {
      while running.count < count, !session.shouldStop, let frame = waiting.popFirst() {
        running.append((frame, try start(frame)))
      }
      // A request to stop ends the commands too: their frames begin anew.
      if running.isEmpty || session.shouldStop { return }
      usleep(UInt32(Self.interval_s * 1e6))
      for (frame, process) in running where process.hasEnded {
        process.finish(patience_s: 0)
        try take(frame, session)
      }
      running.removeAll { $0.process.isFinished }
    }
  }

  private func start(_ frame: LabelFrame) throws -> ClientProcess {
    let folder = folders.path(frame)
    do {
      return try ClientProcess(
        ["/bin/sh", script, folder], directory: folder, log: "\(folders.folder)/run-frame.log",
        environment: ClientProcess.ownEnvironment())
    } catch { throw RunFailure(error.description) }
  }

  private func take(_ frame: LabelFrame, _ session: LabelSession) throws {
    switch folders.read(frame) {
    case .outcome(let outcome): try session.record(outcome, for: frame)
    case .failure(let failure): try session.failed(failure, frame)
    case .nothing:
      try session.failed(
        .command(exitCode: nil, lastLine: nil, folder: folders.path(frame)), frame)
    }
  }
}
