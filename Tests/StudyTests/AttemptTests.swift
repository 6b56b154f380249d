import Foundation
import Testing

@testable import Scheduler
@testable import StudyStore
@testable import Support

@Suite struct AttemptTests {
  private func claim(_ history: AttemptHistory, above number: Int = 0, isHeld: Bool = false) throws
    -> AttemptRecord
  {
    switch try history.claim(above: number, ranks: 1, isHeld: { _ in isHeld }) {
    case .taken(let record), .held(let record): record
    }
  }

  /// Of many concurrent claims each gets its own number, where no attempt is at work.
  @Test func claimsNeverShareANumber() async throws {
    try await withFolder { folder in
      let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try claim(AttemptHistory(directory: folder)).attempt
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(numbers.sorted() == Array(1...20))
    }
  }

  /// A state that an attempt presumed dead has written over its successor's is not trusted.
  @Test func theNewestAttemptIsTrusted() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let history = study.attempts(at: 0)
      let first = try claim(history)
      var second = try claim(history, above: first.attempt)
      #expect(throws: RunFailure.self) { try Fence(history: history, attempt: 1).check() }
      try Fence(history: history, attempt: 2).check()
      second.ended = .done
      try history.write(second)
      var old = RunState(.running, steps: study.runs[0].manifest.steps)
      old.attempt = 1
      old.host = "elsewhere"
      try old.write(to: study.statePath(0))
      #expect(study.state(of: 0).state == .done)
      #expect(study.state(of: 0).attempt == 2)
    }
  }

  /// A round of `extend` makes runs longer, so that a completed one continues.
  @Test func anExtendedRunIsNotDone() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let run = study.runs[1]
      var state = RunState(.done, steps: run.manifest.steps)
      state.attempt = 1
      try state.write(to: study.statePath(1))
      let longer_ps = try run.manifest.simulation.lengthened(to: 2.001 * (run.manifest.sample_ps ?? 0))
      try ExtensionFolder(study: folder).add(
        StudyExtension(number: 1, created_s: 0, target: 0.1, coreHours: 1, sample_ps: [1: longer_ps]))
      let extended = try StudyDirectory(opening: folder)
      #expect(extended.runs[1].manifest.sample_ps == longer_ps)
      #expect(extended.runs[0] == study.runs[0])
      #expect(extended.state(of: 1).state == .stopped)
      #expect(extended.state(of: 1).steps == extended.runs[1].manifest.steps)
      // The manifest has not changed: the same study can be opened again.
      #expect(try StudyDirectory(creating: folder, plan: try plan(plainExample)).runs == extended.runs)
      try write("{", to: "\(folder)/extensions/0002.json")
      #expect(throws: RunFailure.self) { try StudyDirectory(opening: folder) }
    }
  }
}
