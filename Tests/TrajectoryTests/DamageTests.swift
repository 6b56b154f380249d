import Foundation
import TestSupport
import Testing

@testable import Trajectory

/// A missing, truncated or foreign file is reported and never ignored.
@Suite struct DamageTests {
  let folder: TemporaryFolder
  let run = SmallRun()

  init() throws { folder = try TemporaryFolder() }

  private func mergedRun(through last: Int = 500) throws {
    try run.merge(folder, attempt: 1, expecting: try run.writeWhole(folder, through: last))
  }

  private func cut(_ name: String, to fraction: Double) throws {
    let handle = try #require(FileHandle(forUpdatingAtPath: folder.file(name)))
    let size = try handle.seekToEnd()
    try handle.truncate(atOffset: UInt64(Double(size) * fraction))
    try handle.close()
  }

  @Test func emptyDirectoryIsAnError() throws {
    let error = #expect(throws: RecordError.self) { try RunRecord(directory: folder.path) }
    #expect(error?.description.contains(folder.path) ?? false)
    #expect(throws: RecordError.self) { try RunRecord(directory: folder.file("none")) }
  }

  @Test(arguments: [0.0, 0.001, 0.5, 0.99]) func truncatedFileIsNamed(fraction: Double) throws {
    try mergedRun()
    try cut("rank-0001.h5", to: fraction)
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.map(\.kind) == [.damaged])
    #expect(record.problems.first?.file == folder.file("rank-0001.h5"))
    #expect(!record.isComplete)
    #expect(try record.usableBlocks(of: "mobile") == [0])
    #expect(record.frameCount(of: "mobile") == 101)
    #expect(throws: RecordProblem.self) {
      try record.readPositions(group: "mobile", block: 1, members: 0..<1, frames: 0..<1)
    }
    #expect(throws: RecordProblem.self) { try VirtualTrajectory.write(directory: folder.path) }
  }

  /// The truncated file of a closed attempt is not that of a killed writer: it must not read as a shorter
  /// one.
  @Test func truncatedAttemptFileIsNamed() throws {
    try run.writeWhole(folder, through: 500)
    try cut("rank-0000.attempt-1.h5", to: 0.9)
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.map(\.file) == [folder.file("rank-0000.attempt-1.h5")])
    #expect(throws: RecordProblem.self) { try record.observables() }
  }

  /// The file of a killed writer that lost its end in a machine crash: reading the lost records fails.
  @Test func lostTailOfAnOpenFileIsAnError() throws {
    let lost = try TemporaryFolder()
    var narrow = run
    narrow.blockCount = 1
    let writer = try narrow.writer(folder, block: 0, attempt: 1)
    try narrow.record(0...4000, with: writer, block: 0)
    try writer.flush()
    let name = RankFileName.attempt(block: 0, attempt: 1)
    var data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
    for start in stride(from: data.count / 2, to: data.count, by: 1) { data[start] = 0 }
    try data.write(to: URL(fileURLWithPath: lost.file(name)))
    #expect(throws: (any Error).self) {
      let record = try RunRecord(directory: lost.path)
      if let problem = record.problems.first { throw problem }
      for group in narrow.plan.groups {
        _ = try record.readPositions(
          group: group.name, block: 0, members: 0..<group.members.count,
          frames: 0..<record.frameCount(of: group.name))
      }
    }
    try writer.close()
  }

  @Test func missingBlockIsNamed() throws {
    try mergedRun()
    try FileManager.default.removeItem(atPath: folder.file("rank-0000.h5"))
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.map(\.kind) == [.missing])
    #expect(record.problems.first?.file.contains("rank-0000") ?? false)
    #expect(throws: RecordProblem.self) { try record.observables() }
  }

  @Test func missingAttemptIsNamed() throws {
    try run.writeWhole(folder, through: 100)
    for block in 0..<2 {
      let resumption = RestartPoint(attempt: 1, lastSteps: ["mobile": 100, "anions": 100, "all": 100])
      try run.writer(folder, block: block, attempt: 2, resumption: resumption).close()
    }
    try FileManager.default.removeItem(atPath: folder.file("rank-0001.attempt-1.h5"))
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.map(\.file) == [folder.file("rank-0001.attempt-1.h5")])
    #expect(record.problems.first?.kind == .missing)
  }

  /// The checkpoint refers to records that the predecessor's file does not have.
  @Test func recordsShortOfTheCheckpointAreNamed() throws {
    let lastSteps = try run.writeWhole(folder, through: 100)
    for block in 0..<2 {
      let claimed = lastSteps.merging(["mobile": 105]) { $1 }
      try run.writer(folder, block: block, attempt: 2, resumption: .init(attempt: 1, lastSteps: claimed))
        .close()
    }
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.map(\.kind) == [.short, .short])
    #expect(record.problems.first?.description.contains("105") ?? false)
  }

  @Test func shortFinishedBlockIsNamed() throws {
    try mergedRun(through: 500)
    let other = try TemporaryFolder()
    try run.merge(other, attempt: 1, expecting: try run.writeWhole(other, through: 400))
    try FileManager.default.removeItem(atPath: folder.file("rank-0001.h5"))
    try FileManager.default.copyItem(atPath: other.file("rank-0001.h5"), toPath: folder.file("rank-0001.h5"))
    let record = try RunRecord(directory: folder.path)
    #expect(record.problems.map(\.kind) == [.short])
    #expect(record.problems.first?.file == folder.file("rank-0001.h5"))
    #expect(record.frameCount(of: "mobile") == 101)
  }

  @Test func fileOfAnotherRunIsNamed() throws {
    try mergedRun()
    var strange = run
    strange.allInterval = 25
    let other = try TemporaryFolder()
    try strange.merge(other, attempt: 1, expecting: try strange.writeWhole(other, through: 500))
    try FileManager.default.removeItem(atPath: folder.file("rank-0001.h5"))
    try FileManager.default.copyItem(atPath: other.file("rank-0001.h5"), toPath: folder.file("rank-0001.h5"))
    #expect(try RunRecord(directory: folder.path).problems.map(\.kind) == [.mismatch])
    try FileManager.default.removeItem(atPath: folder.file("rank-0001.h5"))
    try FileManager.default.copyItem(atPath: folder.file("rank-0000.h5"), toPath: folder.file("rank-0001.h5"))
    #expect(try RunRecord(directory: folder.path).problems.map(\.kind) == [.mismatch])
  }

  @Test func mergingShortRecordsLeavesTheAttempts() throws {
    let lastSteps = try run.writeWhole(folder, through: 100)
    let wanted = lastSteps.merging(["all": 150]) { $1 }
    let error = #expect(throws: RecordProblem.self) {
      try RecordMerge.mergeAttempts(directory: folder.path, block: 0, attempt: 1, expecting: wanted)
    }
    #expect(error?.kind == .short)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["rank-0000.attempt-1.h5", "rank-0001.attempt-1.h5"])
  }
}
