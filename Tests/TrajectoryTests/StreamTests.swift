import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import HDF5
@testable import Trajectory

/// Reading on threads, which bypasses the library's decompression, gives the same as the library.
@Suite struct StreamTests {
  private let folder: TemporaryFolder
  private static let ions = 70
  private static let records = 1300
  private let plan = RecordPlan(
    groups: [
      .init(
        name: "mobile", kind: .atoms, intervalSteps: 2, members: Array(0..<ions),
        species: Array(repeating: "Na", count: ions), blockCount: 2)
    ], blockCount: 2, timestep_ps: 0.001)

  init() throws { folder = try TemporaryFolder() }

  private func value(_ ion: Int, _ record: Int, _ axis: Int) -> Float {
    Float(ion) + 1000 * Float(axis) + Float(record) / 4096
  }

  /// - Parameter change: of the cell's edge with each record, Å.
  private func write(
    merged: Bool, records: Range<Int> = 0..<records, attempt: Int = 1, resumption: RestartPoint? = nil,
    change: Double = 0, beforeClosing: (String) throws -> Void = { _ in }
  ) throws {
    for block in 0..<2 {
      let writer = try RankFileWriter(
        directory: folder.path, block: block, attempt: attempt, plan: plan, provenance: SmallRun.provenance,
        resumption: resumption)
      for record in records {
        let row = plan.groups[0].blocks[block].flatMap { ion in (0..<3).map { value(ion, record, $0) } }
        try row.withUnsafeBufferPointer {
          try writer.append(
            group: 0, step: 2 * record, time_ps: 0.002 * Double(record),
            cell: Cell(cubic: 20 + change * Double(record)), positions: $0)
        }
        if block == 0, record % 10 == 0 {
          try writer.appendObservables(
            step: record, time_ps: 0.001 * Double(record), SmallRun.observables(step: record))
        }
      }
      try writer.flush()
      try beforeClosing(RankFileName.attempt(block: block, attempt: attempt))
      try writer.close()
      if merged {
        try RecordMerge.mergeAttempts(
          directory: folder.path, block: block, attempt: attempt, expecting: writer.lastSteps)
      }
    }
  }

  private func expectAll(_ record: RunRecord, threads: Int) throws {
    for block in 0..<2 {
      let first = plan.groups[0].blocks[block].lowerBound
      // Chunk boundaries lie inside both ranges.
      for (members, frames) in [(0..<35, 0..<1300), (3..<30, 100..<1250), (34..<35, 1299..<1300)] {
        var paths = [Float](repeating: 0, count: 3 * members.count * frames.count)
        try paths.withUnsafeMutableBufferPointer {
          try record.readPaths(
            group: "mobile", block: block, members: members, frames: frames, threads: threads, into: $0)
        }
        let expected = members.flatMap { ion in
          (0..<3).flatMap { axis in frames.map { value(first + ion, $0, axis) } }
        }
        #expect(paths == expected)
        var rows = [Float](repeating: 0, count: 3 * 35 * frames.count)
        try rows.withUnsafeMutableBufferPointer {
          try record.readRecords(group: "mobile", block: block, frames: frames, threads: threads, into: $0)
        }
        let read = try record.readPositions(group: "mobile", block: block, members: 0..<35, frames: frames)
        #expect(rows == read)
      }
    }
  }

  @Test(arguments: [1, 4]) func aMergedRecordReadsOnThreads(threads: Int) throws {
    try write(merged: true)
    let record = try RunRecord(directory: folder.path)
    #expect(try record.memberChunk(of: "mobile", block: 0) == 21)
    #expect(try record.recordChunk(of: "mobile", block: 0) == 512)
    try expectAll(record, threads: threads)
  }

  /// Each attempt's file has its own chunks, and its own first row in use.
  @Test func attemptsReadOnThreads() throws {
    try write(merged: false, records: 0..<700)
    try write(
      merged: false, records: 650..<1300, attempt: 2,
      resumption: RestartPoint(attempt: 1, lastSteps: ["mobile": 1298, "observables": 640]))
    try expectAll(try RunRecord(directory: folder.path), threads: 3)
  }

  /// The file of a killed writer can't be decompressed without the library.
  @Test func anOpenRecordReadsThroughTheLibrary() throws {
    let copy = try TemporaryFolder()
    try write(merged: false) { name in
      try FileManager.default.copyItem(atPath: folder.file(name), toPath: copy.file(name))
    }
    let record = try RunRecord(directory: copy.path)
    try expectAll(record, threads: 2)
  }

  @Test func partsOfABlockFitInTheMemory() throws {
    try write(merged: true)
    let record = try RunRecord(directory: folder.path)
    func ranges(ions: Int) throws -> [Range<Int>] {
      try record.memberRanges(of: "mobile", block: 0, frames: 1300, bytes: ions * 1300 * 12)
    }
    #expect(try ranges(ions: 100) == [0..<35])
    #expect(try ranges(ions: 22) == [0..<21, 21..<35])
    #expect(try ranges(ions: 20) == [0..<11, 11..<21, 21..<32, 32..<35])
    #expect(try ranges(ions: 0) == (0..<35).map { $0..<($0 + 1) })
  }

  @Test func aDamagedChunkIsNamed() throws {
    try write(merged: true)
    let path = folder.file("rank-0001.h5")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var packed: [UInt8] = []
    let dataset = try HDF5File.open(path).root().dataset("particles/mobile/position/value")
    let size = try dataset.readPackedChunk(at: [512, 21, 0], into: &packed)
    let place = try #require(bytes.range(of: Data(packed[..<size])))
    bytes[place.lowerBound + size / 2] ^= 0x10
    try bytes.write(to: URL(fileURLWithPath: path))
    let record = try RunRecord(directory: folder.path)
    var paths = [Float](repeating: 0, count: 3 * 35 * 1300)
    let error = #expect(throws: HDF5Error.self) {
      try paths.withUnsafeMutableBufferPointer {
        try record.readPaths(
          group: "mobile", block: 1, members: 0..<35, frames: 0..<1300, threads: 2, into: $0)
      }
    }
    #expect(error?.description.contains("rank-0001.h5, /particles/mobile/position/value") ?? false)
  }

  @Test func valuesNeverWrittenAreAnError() throws {
    try write(merged: true)
    let file = try HDF5File.open(folder.file("rank-0000.h5"), .readWrite)
    let dataset = try file.root().dataset("particles/mobile/position/value")
    try dataset.write([Float.nan], at: [700, 2, 1], count: [1, 1, 1])
    try file.close()
    let record = try RunRecord(directory: folder.path)
    var paths = [Float](repeating: 0, count: 3 * 35 * 1300)
    #expect(throws: RecordError.self) {
      try paths.withUnsafeMutableBufferPointer {
        try record.readPaths(
          group: "mobile", block: 0, members: 0..<35, frames: 0..<1300, threads: 2, into: $0)
      }
    }
  }

  @Test(arguments: [0, 1e-3]) func cellsAreSummedUp(change: Double) throws {
    try write(merged: true, change: change)
    let record = try RunRecord(directory: folder.path)
    let summary = try record.cellSummary(of: "mobile")
    #expect(summary.changes == (change != 0))
    let cells = try record.cells(of: "mobile")
    #expect(summary.first == cells[0])
    // Of sums of 1300 numbers near 10.
    #expect(abs(summary.mean.a.x - cells.map(\.a.x).reduce(0, +) / 1300) < 1e-12)
    #expect(summary.meanVolume_A3 == cells.map(\.volume).reduce(0, +) / 1300)
    #expect(try record.cells(of: "mobile", frames: 7..<9) == Array(cells[7..<9]))
  }

  @Test func observablesAreThinned() throws {
    try write(merged: true)
    let record = try RunRecord(directory: folder.path)
    let all = try record.observables()
    #expect(all.records.count == 130)
    #expect(try record.observables(most: 130) == all)
    let some = try record.observables(most: 30)
    #expect(some.steps == stride(from: 0, to: 1300, by: 40).map { $0 })
    #expect(some.records == stride(from: 0, to: 130, by: 4).map { all.records[$0] })
    #expect(some.times_ps == stride(from: 0, to: 130, by: 4).map { all.times_ps[$0] })
  }
}
