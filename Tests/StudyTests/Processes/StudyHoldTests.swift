import Foundation
import Testing

@testable import StudyStore
@testable import Support

/// Two commands at once on one study.
@Suite struct StudyHoldTests {
  private func contents(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder)
  }

  @Test func theSecondIsToldWhoHasTheWork() async throws {
    try await withFolder { folder in
      let first = try StudyHold(.runs, of: folder, command: "run")
      let error = #expect(throws: IncompleteError.self) {
        try StudyHold(.runs, of: folder, command: "submit")
      }
      #expect(error?.exitCode == 3)
      #expect(error?.message.contains("paddlewheel run is at work") ?? false)
      #expect(error?.message.contains("process \(getpid())") ?? false)
      // Results are other work.
      let results = try StudyHold(.results, of: folder, command: "aggregate")
      #expect(throws: IncompleteError.self) { try StudyHold(.results, of: folder, command: "report") }
      first.end()
      let second = try StudyHold(.runs, of: folder, command: "extend")
      second.end()
      results.end()
      #expect(try contents(folder).isEmpty)
    }
  }

  @Test func differentRunsAreDifferentWork() async throws {
    try await withFolder { folder in
      let one = try StudyHold(.runs, of: folder, command: "run", runs: [0, 1])
      let other = try StudyHold(.runs, of: folder, command: "run", runs: [2])
      #expect(throws: IncompleteError.self) {
        try StudyHold(.runs, of: folder, command: "run", runs: [1, 3])
      }
      #expect(throws: IncompleteError.self) { try StudyHold(.runs, of: folder, command: "run") }
      one.end()
      other.end()
    }
  }

  /// A process that was killed, whose number may be another's by now, blocks nothing and leaves nothing.
  @Test func whatAKilledCommandLeavesDoesNotBlock() async throws {
    try await withFolder { folder in
      var dead = ProcessIdentity.current
      dead.origin?.start += 1
      let left = try StudyHold(.runs, of: folder, command: "run", identity: dead)
      try write("{", to: "\(folder)/at-work/results.1-1-1.json")
      try write("", to: "\(folder)/at-work/runs.1-1-1.json")
      let next = try StudyHold(.runs, of: folder, command: "run")
      next.end()
      #expect(try contents(folder).isEmpty)
      left.end()
    }
  }

  /// `run` waits at its end for an `aggregate` that was started beside it.
  @Test func whoWaitsGetsTheWorkNext() async throws {
    try await withFolder { folder in
      let first = try StudyHold(.results, of: folder, command: "aggregate")
      Thread.detachNewThread {
        usleep(300_000)
        first.end()
      }
      let second = try StudyHold(.results, of: folder, command: "run", wait_s: 60)
      second.end()
    }
  }

  /// However many begin at the same moment: one gets it.
  @Test func oneOfManyGetsTheWork() async throws {
    try await withFolder { folder in
      for _ in 0..<10 {
        let taken = await withTaskGroup(of: StudyHold?.self) { group in
          for _ in 0..<4 {
            group.addTask { try? StudyHold(.runs, of: folder, command: "run") }
          }
          return await group.reduce(into: [StudyHold]()) { if let hold = $1 { $0.append(hold) } }
        }
        #expect(taken.count == 1)
        for hold in taken { hold.end() }
      }
      let left = try contents(folder)
      #expect(left.isEmpty)
    }
  }
}

/// Studies that are created by two commands at once, or were by one that was killed.
@Suite struct StudyCreationTests {
  @Test(arguments: ["study.yaml.host.4711.tmp", ".study.yaml.host.4711.tmp", ".claim.host.4711.99.tmp"])
  func aHalfMadeStudyIsTaken(_ name: String) async throws {
    try await withFolder { folder in
      try write("", to: "\(folder)/\(name)")
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      #expect(study.runs.count == 4)
    }
  }

  @Test(arguments: ["notes.txt", "a.tmp", "x.1.tmp.txt", ".hidden"])
  func filesOfTheUserAreNotTaken(_ name: String) async throws {
    try await withFolder { folder in
      try write("", to: "\(folder)/\(name)")
      #expect(throws: InputError.self) {
        try StudyDirectory(creating: folder, plan: try plan(plainExample))
      }
    }
  }

  @Test func manyMayCreateTheSameStudyAtOnce() async throws {
    for _ in 0..<5 {
      try await withFolder { folder in
        let plan = try plan(plainExample)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<6 {
            group.addTask { _ = try StudyDirectory(creating: "\(folder)/s", plan: plan) }
          }
          try await group.waitForAll()
        }
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: "\(folder)/s").sorted() == [
            "runs", "study.yaml",
          ])
      }
    }
  }

  /// One of two different studies gets the directory; the other is refused, and changes nothing.
  @Test func twoStudiesDoNotShareADirectory() async throws {
    let plans = [try plan(plainExample), try plan(plainExample.replacing("seed: 2026", with: "seed: 7"))]
    for _ in 0..<10 {
      try await withFolder { folder in
        let made = await withTaskGroup(of: Int?.self) { group in
          for (index, plan) in plans.enumerated() {
            group.addTask {
              (try? StudyDirectory(creating: "\(folder)/s", plan: plan)).map { _ in index }
            }
          }
          return await group.reduce(into: [Int]()) { if let index = $1 { $0.append(index) } }
        }
        let one = try #require(made.first)
        #expect(made.count == 1)
        #expect(try StudyDirectory(opening: "\(folder)/s").plan.resolvedYAML == plans[one].resolvedYAML)
      }
    }
  }
}
