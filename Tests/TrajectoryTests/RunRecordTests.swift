import Foundation
import TestSupport
import Testing

@testable import Trajectory

@Suite struct RunRecordTests {
  let folder: TemporaryFolder
  let run = SmallRun()

  init() throws { folder = try TemporaryFolder() }

  private func expectPositions(_ record: RunRecord, group index: Int, shift: (Int) -> Float = { _ in 0 })
    throws
  {
    let group = run.plan.groups[index]
    let steps = try record.steps(of: group.name)
    for block in try record.usableBlocks(of: group.name) {
      let members = try record.members(of: group.name, block: block)
      #expect(members == Array(group.members[group.blocks[block]]))
      #expect(try record.species(of: group.name, block: block) == Array(group.species[group.blocks[block]]))
      let read = try record.readPositions(
        group: group.name, block: block, members: 0..<members.count, frames: 0..<steps.count)
      let expected = steps.flatMap { step in
        members.flatMap { member in
          (0..<3).map { SmallRun.position(member: member, step: step, axis: $0) + shift(step) }
        }
      }
      #expect(read == expected)
    }
  }

  @Test func aClosedAttemptReadsBackWhole() throws {
    let lastSteps = try run.writeWhole(folder, through: 6000)
    #expect(lastSteps == ["mobile": 6000, "anions": 6000, "all": 6000, "observables": 6000])
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.isEmpty)
    #expect(!record.isComplete)
    #expect(record.frameCount(of: "mobile") == 1201)
    #expect(record.frameCount(of: "all") == 121)
    for group in 0..<3 { try expectPositions(record, group: group) }
    #expect(try record.times_ps(of: "all").last == 6)
    #expect(try record.cells(of: "all")[2] == SmallRun.cell(step: 100))
    let part = try record.readPositions(group: "all", block: 1, members: 1..<3, frames: 4..<5)
    #expect(
      part == [8, 9].flatMap { m in (0..<3).map { SmallRun.position(member: m, step: 200, axis: $0) } })
    let turns = try record.readOrientations(group: "anions", block: 0, members: 1..<2, frames: 1200..<1201)
    #expect(turns == [1, 0, 0, 1])
    let observables = try record.observables()
    #expect(observables.records[3] == SmallRun.observables(step: 15))
    #expect(observables.steps.count == 1201)
  }

  /// More blocks than bodies: the last blocks contain none, and nothing is missing.
  @Test func blocksWithoutMembersAreNoGap() throws {
    var wide = run
    wide.blockCount = 4
    let lastSteps = try wide.writeWhole(folder, through: 100)
    try wide.merge(folder, attempt: 1, expecting: lastSteps)
    let record = try RunRecord(directory: folder.path)
    #expect(record.isComplete)
    #expect(try record.usableBlocks(of: "anions") == [0, 1, 2])
    #expect(try record.members(of: "anions", block: 3) == [])
    #expect(record.frameCount(of: "anions") == 21)
    try VirtualTrajectory.write(directory: folder.path)
  }

  /// A copy of a file whose writer has not closed it is what a killed writer leaves.
  @Test func aKilledWritersFileReadsUpToItsLastFlush() throws {
    let killed = try TemporaryFolder()
    var writers: [RankFileWriter] = []
    for block in 0..<2 {
      let writer = try run.writer(folder, block: block, attempt: 1)
      try run.record(0...1000, with: writer, block: block)
      if block == 0 { try run.record(1001...1100, with: writer, block: block) }
      try writer.flush(toDisk: true)
      try run.record(1101...1150, with: writer, block: block)
      writers.append(writer)
      let name = RankFileName.attempt(block: block, attempt: 1)
      try FileManager.default.copyItem(atPath: folder.file(name), toPath: killed.file(name))
    }
    let record = try RunRecord(directory: killed.path)
    #expect(record.problems.isEmpty)
    // Block 1 was flushed at step 1000: the common records end there.
    #expect(try record.steps(of: "mobile").last == 1000)
    for group in 0..<3 { try expectPositions(record, group: group) }
    #expect(try record.observables().steps.last == 1100)
    for writer in writers { try writer.close() }
  }

  /// Attempt 1 continues after its checkpoint at step 200; attempt 2 resumes there, and dies before its first
  /// checkpoint; attempt 3 resumes from attempt 1 as well; attempt 4 from attempt 3's at 300.
  @Test func attemptsCountUpToTheCheckpointThatWasResumedFrom() throws {
    var at200: [String: Int] = [:]
    var at300: [String: Int] = [:]
    var last: [String: Int] = [:]
    for block in [1, 0] {
      let first = try run.writer(folder, block: block, attempt: 1)
      if block == 0 {
        for step in [0, 10] {
          try first.appendObservables(
            stage: "equilibrate", step: step, time_ps: Double(step), SmallRun.observables(step: step))
        }
      }
      try run.record(0...200, with: first, block: block)
      at200 = first.lastSteps
      try run.record(201...333, with: first, block: block, shift: 0.5)
      try first.close()
      let dead = try run.writer(
        folder, block: block, attempt: 2, resumption: .init(attempt: 1, lastSteps: at200))
      try run.record(201...250, with: dead, block: block, shift: 0.5)
      try dead.close()
      let third = try run.writer(
        folder, block: block, attempt: 3, resumption: .init(attempt: 1, lastSteps: at200), stages: [])
      try run.record(201...300, with: third, block: block)
      at300 = third.lastSteps
      try run.record(301...400, with: third, block: block, shift: 0.5)
      try third.close()
      let fourth = try run.writer(
        folder, block: block, attempt: 4, resumption: .init(attempt: 3, lastSteps: at300), stages: [])
      try run.record(301...500, with: fourth, block: block)
      last = fourth.lastSteps
      try fourth.close()
    }
    #expect(at300["stages/equilibrate"] == 10)
    func check(_ record: RunRecord) throws {
      #expect(record.problems.isEmpty)
      #expect(record.attempt == 4)
      #expect(try record.steps(of: "mobile") == Array(stride(from: 0, through: 500, by: 5)))
      for group in 0..<3 { try expectPositions(record, group: group) }
      #expect(
        try record.observables().records == stride(from: 0, through: 500, by: 5).map(SmallRun.observables))
      #expect(try record.observables(stage: "equilibrate").steps == [0, 10])
    }
    try check(try RunRecord(directory: folder.path))
    // Half merged, as after a kill, and then whole.
    try RecordMerge.mergeAttempts(directory: folder.path, block: 1, attempt: 4, expecting: last)
    try check(try RunRecord(directory: folder.path))
    try run.merge(folder, attempt: 4, expecting: last)
    let merged = try RunRecord(directory: folder.path)
    try check(merged)
    #expect(merged.isComplete)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "rank-0000.h5", "rank-0001.h5",
      ])
  }

  /// A finished run that is sampled further: the merged file is the new attempt's predecessor.
  @Test func aMergedRunCanBeExtended() throws {
    let lastSteps = try run.writeWhole(folder, through: 100)
    try run.merge(folder, attempt: 1, expecting: lastSteps)
    var extended: [String: Int] = [:]
    for block in [1, 0] {
      let writer = try run.writer(
        folder, block: block, attempt: 2, resumption: .init(attempt: 1, lastSteps: lastSteps))
      try run.record(101...200, with: writer, block: block)
      extended = writer.lastSteps
      try writer.close()
    }
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.isEmpty && !record.isComplete)
    #expect(record.frameCount(of: "mobile") == 41)
    try run.merge(folder, attempt: 2, expecting: extended)
    let whole = try RunRecord(directory: folder.path)
    #expect(whole.isComplete)
    for group in 0..<3 { try expectPositions(whole, group: group) }
  }

  @Test func aStepIsRecordedOnce() throws {
    let writer = try run.writer(
      folder, block: 1, attempt: 2, resumption: .init(attempt: 1, lastSteps: ["mobile": 5]))
    #expect(throws: RecordError.self) { try run.record([5], with: writer, block: 1) }
    #expect(throws: RecordError.self) {
      try writer.appendObservables(step: 0, time_ps: 0, SmallRun.observables(step: 0))
    }
    #expect(throws: (any Error).self) { try run.writer(folder, block: 1, attempt: 2) }
  }
}
