import Foundation
import HDF5

/// The metadata of a record file: `/h5md` and `/paddlewheel`.
///
/// Its texts are bytes with a checksum. In version 1 they were strings of variable length, whose heap has none.
struct RankFileHeader: Sendable {
  static let formatVersion: Int64 = 2

  var block: Int
  /// The attempt that wrote the file; for a merged file the last one.
  var attempt: Int
  /// All attempts with records in the file.
  package var attempts: [Int]
  var resumption: RestartPoint?
  var plan: RecordPlanSummary
  /// Records of each series in a merged file; nil in an attempt's.
  var completeCounts: [String: Int]?

  /// Writes `/paddlewheel`; the attempts' provenance is written separately.
  func write(in root: HDF5Group) throws {
    let group = try root.createGroup("paddlewheel")
    try group.createGroup("attempts").close()
    try group.createGroup("stages").close()
    try group.setAttribute("format_version", Self.formatVersion)
    try group.setAttribute("block", Int64(block))
    try group.setAttribute("attempt", Int64(attempt))
    try group.setAttribute("attempts", attempts.map { Int64($0) })
    try group.setFixedAttribute("plan_sha256", plan.digest)
    try group.writeText("plan", try json(plan))
    if let resumption { try group.writeText("resumed_from", try json(resumption)) }
    if let completeCounts {
      try group.setAttribute("complete", Int64(1))
      try group.writeText("frame_counts", try json(completeCounts))
    }
  }

  init(
    block: Int, attempt: Int, attempts: [Int], resumption: RestartPoint?, plan: RecordPlanSummary,
    completeCounts: [String: Int]?
  ) {
    self.block = block
    self.attempt = attempt
    self.attempts = attempts
    self.resumption = resumption
    self.plan = plan
    self.completeCounts = completeCounts
  }

  init(readingFrom root: HDF5Group) throws {
    let group = try root.group("paddlewheel")
    let version = try group.singleAttribute("format_version", as: Int64.self)
    guard (1...Self.formatVersion).contains(version) else {
      throw RecordError(
        file: root.filePath, place: "/paddlewheel@format_version",
        message: "found version \(version), wanted 1 to \(Self.formatVersion)")
    }
    block = Int(try group.singleAttribute("block", as: Int64.self))
    attempt = Int(try group.singleAttribute("attempt", as: Int64.self))
    attempts = try group.attribute("attempts", as: Int64.self).map { Int($0) }
    plan = try Self.decode("plan", in: group)
    resumption = try group.exists("resumed_from") ? Self.decode("resumed_from", in: group) : nil
    completeCounts = try group.hasAttribute("complete") ? Self.decode("frame_counts", in: group) : nil
    try check(file: root.filePath)
  }

  /// - Throws: `RecordError` for numbers that no program of ours has written.
  private func check(file: String) throws {
    func require(_ isSane: Bool, _ place: String, _ found: @autoclosure () -> String, _ wanted: String) throws
    {
      guard !isSane else { return }
      throw RecordError(
        file: file, place: "/paddlewheel\(place)", message: "found \(found()), wanted \(wanted)")
    }
    let numbers = 1...RecordLimits.attempts
    try require(numbers.contains(attempt), "@attempt", "\(attempt)", "an attempt from 1 on")
    try require(
      !attempts.isEmpty && attempts.allSatisfy { numbers.contains($0) && $0 <= attempt }, "@attempts",
      "\(attempts.prefix(20))", "attempts from 1 to \(attempt)")
    try plan.check(file: file)
    try require(
      (0..<plan.blockCount).contains(block), "@block", "\(block)", "a block from 0 to \(plan.blockCount - 1)")
    if let resumption {
      try require(
        numbers.contains(resumption.attempt)
          && resumption.lastSteps.values.allSatisfy(RecordLimits.steps.contains),
        "/resumed_from", "attempt \(resumption.attempt) and the steps \(resumption.lastSteps)",
        "an attempt from 1 on and steps from 0 on")
    }
    try require(
      (completeCounts ?? [:]).values.allSatisfy(RecordLimits.steps.contains), "/frame_counts",
      "\(completeCounts ?? [:])", "numbers of records from 0 on")
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func decode<T: Decodable>(_ name: String, in group: HDF5Group) throws -> T {
    let text = try group.readText(name)
    do {
      return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    } catch {
      throw RecordError(
        file: group.filePath, place: "\(group.path)/\(name)",
        message: "found no valid JSON: \(error.localizedDescription)")
    }
  }
}

extension Provenance {
  /// Writes `/paddlewheel/attempts/<number>`.
  func write(in root: HDF5Group, attempt: Int) throws {
    let group = try root.createGroup("paddlewheel/attempts/\(attempt)")
    try group.setFixedAttribute("version", version)
    try group.setFixedAttribute("manifest_sha256", manifestDigest)
    try group.setFixedAttribute("host", host)
    try group.setAttribute("ranks", Int64(ranks))
    try group.setAttribute("seed", seed)
    try group.setFixedAttribute("started_at", startedAt)
    // A command line may be longer than an attribute can be.
    try group.writeText("command", command)
    try group.writeText("manifest", manifest)
  }
}

/// The `/h5md` group of every file.
enum H5MDHeader {
  package static func write(in root: HDF5Group, author: String, version: String) throws {
    let group = try root.createGroup("h5md")
    try group.setAttribute("version", [Int32(1), 1])
    try group.createGroup("author").setAttribute("name", author)
    let creator = try group.createGroup("creator")
    try creator.setAttribute("name", "Paddlewheel")
    try creator.setAttribute("version", version)
    try group.createGroup("modules").close()
    try group.createGroup("modules/units").setAttribute("version", [Int32(1), 0])
  }
}
