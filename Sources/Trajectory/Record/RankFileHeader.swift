import Foundation
import HDF5

/// The metadata of a record file: `/h5md` and `/paddlewheel`.
struct RankFileHeader: Sendable {
  static let formatVersion: Int64 = 1

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
    try group.setAttribute("plan_sha256", plan.digest)
    try group.writeTexts("plan", [try json(plan)], isSingle: true)
    if let resumption { try group.writeTexts("resumed_from", [try json(resumption)], isSingle: true) }
    if let completeCounts {
      try group.setAttribute("complete", Int64(1))
      try group.writeTexts("frame_counts", [try json(completeCounts)], isSingle: true)
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
    guard version == Self.formatVersion else {
      throw RecordError(
        file: root.filePath, place: "/paddlewheel@format_version",
        message: "found version \(version), wanted \(Self.formatVersion)")
    }
    block = Int(try group.singleAttribute("block", as: Int64.self))
    attempt = Int(try group.singleAttribute("attempt", as: Int64.self))
    attempts = try group.attribute("attempts", as: Int64.self).map { Int($0) }
    plan = try Self.decode("plan", in: group)
    resumption = try group.exists("resumed_from") ? Self.decode("resumed_from", in: group) : nil
    completeCounts = try group.hasAttribute("complete") ? Self.decode("frame_counts", in: group) : nil
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func decode<T: Decodable>(_ name: String, in group: HDF5Group) throws -> T {
    let text = try group.dataset(name).readTexts().joined()
    do {
      return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    } catch {
      throw RecordError(
        file: group.filePath, place: "\(group.path)/\(name)", message: "found no valid JSON: \(error)")
    }
  }
}

extension Provenance {
  /// Writes `/paddlewheel/attempts/<number>`.
  func write(in root: HDF5Group, attempt: Int) throws {
    let group = try root.createGroup("paddlewheel/attempts/\(attempt)")
    try group.setAttribute("version", version)
    try group.setAttribute("command", command)
    try group.setAttribute("manifest_sha256", manifestDigest)
    try group.setAttribute("host", host)
    try group.setAttribute("ranks", Int64(ranks))
    try group.setAttribute("seed", seed)
    try group.setAttribute("started_at", startedAt)
    try group.writeTexts("manifest", [manifest], isSingle: true)
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
