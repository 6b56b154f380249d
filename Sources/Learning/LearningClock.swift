import Foundation
import StudyStore
import Support
import Synchronization

/// Where a loop is, and how long it has taken: `progress.json`, written every few seconds.
package struct LearningProgress: Codable, Sendable, Equatable {
  package var generation = 0
  /// Nil between two phases, and at the end.
  package var phase: Generation.Phase?
  /// Wall time of all commands so far, s.
  package var spent_s = 0.0
  /// Of the phase.
  package var phase_s = 0.0
  package var outcome: LearningOutcome?
  package var host = hostName()
  package var pid = Int(getpid())
  package var process = ProcessIdentity.current.origin

  package init() {}

  /// - Returns: nil where there is none.
  /// - Throws: ``InputError`` for one that can't be read.
  static func load(_ folder: LearningFolder) throws -> LearningProgress? {
    try JSONFile.load(
      LearningProgress.self, folder.progress,
      remedy: "restore or remove it: without it the loop goes on, and its time counts from 0")
  }

  /// Whether the command is at work, as far as it can be seen from here.
  package var isAlive: Bool {
    ProcessIdentity(host: host, pid: pid, origin: process).presence() == .alive
  }
}

/// Counts the wall time of a loop over all of its commands.
final class LearningClock: Sendable {
  private struct Memory {
    var progress: LearningProgress
    var sinceLook = Stopwatch()
    var isEnded = false
  }

  private let path: String
  private let memory: Mutex<Memory>
  /// A kill loses at most this, s.
  private static let interval_s = 5.0

  /// Goes on from what earlier commands have taken.
  init(_ folder: LearningFolder) throws {
    path = folder.progress
    var progress = try LearningProgress.load(folder) ?? LearningProgress()
    let own = LearningProgress()
    (progress.host, progress.pid, progress.process) = (own.host, own.pid, own.process)
    progress.outcome = nil
    memory = Mutex(Memory(progress: progress))
    try look { _ in }
    Thread.detachNewThread { [weak self] in
      while true {
        Thread.sleep(forTimeInterval: Self.interval_s)
        guard let self, !self.memory.withLock({ $0.isEnded }) else { return }
        // What can't be written now is written later; the disk's state shows where the loop writes what it needs.
        try? self.look { _ in }
      }
    }
  }

  var spent_s: Double { memory.withLock { $0.progress.spent_s + $0.sinceLook.elapsed_s } }

  /// Begins a phase, or goes on with it.
  func begin(_ phase: Generation.Phase, of generation: Int) throws {
    try look {
      if $0.phase != phase || $0.generation != generation { $0.phase_s = 0 }
      ($0.phase, $0.generation) = (phase, generation)
    }
  }

  /// Ends a phase.
  /// - Returns: how long it has taken, s.
  func endPhase() throws -> Double {
    var taken_s = 0.0
    try look {
      taken_s = $0.phase_s
      ($0.phase, $0.phase_s) = (nil, 0)
    }
    return taken_s
  }

  func end(_ outcome: LearningOutcome?) throws {
    try look { $0.outcome = outcome }
    memory.withLock { $0.isEnded = true }
  }

  private func look(_ change: (inout LearningProgress) -> Void) throws {
    try memory.withLock { memory in
      guard !memory.isEnded else { return }
      let elapsed_s = memory.sinceLook.elapsed_s
      memory.sinceLook.restart()
      memory.progress.spent_s += elapsed_s
      if memory.progress.phase != nil { memory.progress.phase_s += elapsed_s }
      change(&memory.progress)
      try AtomicFile.write(try SealedRecord.encode(memory.progress), to: path)
    }
  }
}
