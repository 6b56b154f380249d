import Analysis
import Crystal
import Foundation
import Mathematics
import Trajectory

/// The results of reading a record and analysing its ions.
struct MSDResult: Codable {
  var frames = 0
  var ions = 0
  /// From opening the record to the last value.
  var seconds = 0.0
  var reading_seconds = 0.0
  /// Of all threads.
  var cpu_seconds = 0.0
  var peak_bytes = 0
}

extension RankCheck {
  /// Writes a record as a finished run would: `FOLDER:FRAMES:IONS:SEED[:BLOCKS]`. Ions walk at random, with
  /// steps of 0.1 Å (r.m.s.) in each direction and frame, 50 fs apart: D = 0.1 Å²/ps.
  func writeWalk(_ text: String) throws {
    let fields = text.split(separator: ":").map(String.init)
    guard fields.count >= 4, let frames = Int(fields[1]), let ions = Int(fields[2]),
      let seed = UInt64(fields[3]), let blocks = fields.count > 4 ? Int(fields[4]) : 1
    else { throw CommandError(description: "walk=\(text): wanted FOLDER:FRAMES:IONS:SEED[:BLOCKS]") }
    let plan = RecordPlan(
      groups: [
        .init(
          name: "mobile", kind: .atoms, intervalSteps: 50, members: Array(0..<ions),
          species: Array(repeating: "Na", count: ions), blockCount: blocks)
      ], blockCount: blocks, timestep_ps: 0.001)
    let provenance = Provenance(
      version: "0", author: "paddlewheel-rank-check", command: "walk=\(text)", manifest: "",
      manifestDigest: "",
      host: "", ranks: blocks, seed: Int64(bitPattern: seed), startedAt: "")
    let cell = Cell(cubic: 20)
    for block in 0..<blocks {
      let writer = try RankFileWriter(
        directory: fields[0], block: block, attempt: 1, plan: plan, provenance: provenance)
      var random = NormalNumbers(seed: seed &+ UInt64(block))
      let size = plan.groups[0].blocks[block].count
      var places = (0..<(3 * size)).map { _ in 20 * random.uniform() }
      var positions = [Float](repeating: 0, count: 3 * size)
      for frame in 0..<frames {
        for i in places.indices {
          positions[i] = Float(places[i])
          places[i] += 0.1 * random.next()
        }
        try positions.withUnsafeBufferPointer {
          try writer.append(
            group: 0, step: 50 * frame, time_ps: 0.05 * Double(frame), cell: cell, positions: $0)
        }
      }
      try writer.close()
      try RecordMerge.mergeAttempts(
        directory: fields[0], block: block, attempt: 1, expecting: writer.lastSteps)
    }
  }

  /// The mean squared displacement from a run's record: `FOLDER:THREADS:FILE`. Writes the curve to FILE, numbers
  /// of 8 bytes, and prints the times as JSON.
  func measureDisplacement(_ text: String) throws {
    let fields = text.split(separator: ":").map(String.init)
    guard fields.count == 3, let threads = Int(fields[1]) else {
      throw CommandError(description: "msd=\(text): wanted FOLDER:THREADS:FILE")
    }
    var result = MSDResult()
    let start = Date()
    let busy = clock()
    let record = try RunRecord(directory: fields[0])
    if let problem = record.problems.first { throw problem }
    result.frames = record.frameCount(of: "mobile")
    let msd = try MeanSquaredDisplacement(frameCount: result.frames)
    var buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 0)
    defer { buffer.deallocate() }
    for block in try record.usableBlocks(of: "mobile") {
      for members in try record.memberRanges(
        of: "mobile", block: block, frames: result.frames, bytes: 256 << 20)
      {
        let opened = Date()
        let count = 3 * result.frames * members.count
        if buffer.count < count {
          buffer.deallocate()
          buffer = .allocate(capacity: count)
        }
        let paths = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        try record.readPaths(
          group: "mobile", block: block, members: members, frames: 0..<result.frames, threads: threads,
          into: paths)
        result.reading_seconds -= opened.timeIntervalSinceNow
        try msd.add(paths: UnsafeBufferPointer(paths), ionCount: members.count, threads: threads)
        result.ions += members.count
      }
    }
    let values = msd.values()
    result.seconds = -start.timeIntervalSinceNow
    result.cpu_seconds = Double(clock() - busy) / Double(CLOCKS_PER_SEC)
    result.peak_bytes = try Self.memory().peak
    try values.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: fields[2])) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(result), as: UTF8.self))
  }
}

/// Normal numbers of unit variance, by Box and Muller.
private struct NormalNumbers {
  private var source: SplitMix64
  private var second: Double?

  init(seed: UInt64) { source = SplitMix64(seed: seed) }

  /// Above 0 and below 1.
  mutating func uniform() -> Double { (Double(source.next() >> 11) + 0.5) * 0x1p-53 }

  mutating func next() -> Double {
    if let value = second {
      second = nil
      return value
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    second = radius * sin(angle)
    return radius * cos(angle)
  }
}
