import HDF5
import Trajectory

/// One checkpoint file: `/doubles`, `/integers`, `/text`, a checksum over their content, and one over the
/// bytes of the file (`Checksum`).
enum CheckpointFile {
  static let formatVersion: Int64 = 1

  /// The order of checkpoints: the later attempt's is newer, even if a process that was presumed dead still
  /// writes.
  struct Stamp: Comparable {
    var attempt: Int
    var sequence: Int

    static func < (l: Stamp, r: Stamp) -> Bool { (l.attempt, l.sequence) < (r.attempt, r.sequence) }
  }

  static func write(_ content: CheckpointContent, sequence: Int, to path: String) throws {
    let file = try HDF5File.create(path, replacing: true)
    let root = try file.root()
    try root.setAttribute("format_version", formatVersion)
    try root.setAttribute("attempt", Int64(content.attempt))
    try root.setAttribute("sequence", Int64(sequence))
    try root.setAttribute("sha256", content.digest(sequence: sequence))
    let doubles = try root.createGroup("doubles")
    for (name, values) in content.doubles.sorted(by: { $0.key < $1.key }) {
      try doubles.writeDataset(name, values)
    }
    let integers = try root.createGroup("integers")
    for (name, values) in content.integers.sorted(by: { $0.key < $1.key }) {
      try integers.writeDataset(name, values)
    }
    let text = try root.createGroup("text")
    for (name, value) in content.text.sorted(by: { $0.key < $1.key }) {
      try text.writeDataset(name, Array(value.utf8))
    }
    try file.close()
    try Checksum.add(to: path)
  }

  /// Reads the attempt and the sequence number of a file.
  static func stamp(of path: String) throws -> Stamp {
    try Checksum.check(path)
    return try stamp(in: try HDF5File.open(path).root())
  }

  private static func stamp(in root: HDF5Group) throws -> Stamp {
    let version = try root.singleAttribute("format_version", as: Int64.self)
    guard version == formatVersion else {
      throw RecordError(
        file: root.filePath, place: "/@format_version",
        message: "found version \(version), wanted \(formatVersion)")
    }
    func number(_ name: String, upTo largest: Int) throws -> Int {
      let value = try root.singleAttribute(name, as: Int64.self)
      guard value >= 0, value <= largest else {
        throw RecordError(
          file: root.filePath, place: "/@\(name)", message: "found \(value), wanted 0 to \(largest)")
      }
      return Int(value)
    }
    return Stamp(
      attempt: try number("attempt", upTo: RecordLimits.attempts),
      sequence: try number("sequence", upTo: RecordLimits.steps.upperBound))
  }

  /// - Throws: `HDF5Error`, or `RecordError` when the checksum is wrong.
  static func read(_ path: String) throws -> CheckpointContent {
    try Checksum.check(path)
    let root = try HDF5File.open(path).root()
    let stamp = try stamp(in: root)
    var content = CheckpointContent(attempt: stamp.attempt)
    let doubles = try root.group("doubles")
    for name in try doubles.children() { content.doubles[name] = try doubles.dataset(name).read(Double.self) }
    let integers = try root.group("integers")
    for name in try integers.children() {
      content.integers[name] = try integers.dataset(name).read(Int64.self)
    }
    let text = try root.group("text")
    for name in try text.children() {
      content.text[name] = String(decoding: try text.dataset(name).read(UInt8.self), as: UTF8.self)
    }
    let wanted = try root.attribute("sha256", as: UInt8.self)
    guard content.digest(sequence: stamp.sequence) == wanted else {
      throw RecordError(file: path, message: "the content does not match its SHA-256: the file is damaged")
    }
    return content
  }
}
