import Digest
import Foundation
import Support
import Trajectory

/// A field of a record that makes no sense.
package struct RecordFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// As in the file: `sample_ps.0`.
  package var key: String
  package var found: String
  package var wanted: String

  package init(key: String, found: String, wanted: String) {
    self.key = key
    self.found = found
    self.wanted = wanted
  }

  package var description: String { "\(key): found \(found), wanted \(wanted)" }
}

/// What the numbers of records can be.
package enum RecordRange {
  /// Of attempts, submissions and rounds.
  package static let numbers = 1...RecordLimits.attempts
  package static let ranks = 1...RecordLimits.blocks
  /// Of a sampling stage, ps.
  package static func longest_ps(step_ps: Double) -> Double {
    Double(RecordLimits.steps.upperBound) * step_ps / 2
  }
  package static let processes = 0...Int(Int32.max)
}

/// A JSON record that the program wrote itself, whose numbers are looked at before they are used.
package protocol StudyRecord: Codable {
  /// - Throws: ``RecordFault`` for the first field that makes no sense.
  func check() throws(RecordFault)
}

/// JSON with a digest of itself as the last key, so that a flipped bit is noticed; records of versions without one are
/// read as they are.
package enum SealedRecord {
  private static let opening = Data(",\n  \"sha256\" : \"".utf8)
  private static let closing = Data("\"\n}\n".utf8)
  private static let digits = 64

  /// - Throws: `EncodingError`.
  package static func encode(_ record: some Encodable) throws -> Data {
    let data = try fileJSON(record)
    let end = Data("\n}\n".utf8)
    guard data.suffix(end.count) == end, data.count > 4 else { return data }
    return data.dropLast(end.count) + opening + Data(digest(data).utf8) + closing
  }

  /// - Throws: ``RecordFault`` where the digest is wrong, a key is missing or of another kind, or a number makes no sense.
  package static func decode<Record: StudyRecord>(_: Record.Type, from data: Data) throws(RecordFault)
    -> Record
  {
    try checkDigest(data)
    let record: Record
    do { record = try JSONDecoder().decode(Record.self, from: data) } catch { throw fault(error) }
    try record.check()
    return record
  }

  /// - Throws: ``RecordFault`` where the content is not what was written.
  package static func checkDigest(_ data: Data) throws(RecordFault) {
    // Padding may stand before the last line break.
    var text = data
    while let last = text.last, last == 0x0A || last == 0x20 { text.removeLast() }
    text.append(0x0A)
    let length = opening.count + digits + closing.count
    guard text.count > length, text.suffix(closing.count) == closing,
      text.suffix(length).prefix(opening.count) == opening
    else { return }
    let found = String(decoding: text.suffix(digits + closing.count).prefix(digits), as: UTF8.self)
    let wanted = digest(text.dropLast(length) + Data("\n}\n".utf8))
    guard found == wanted else {
      throw RecordFault(
        key: "sha256", found: "\(found.prefix(12))…", wanted: "\(wanted.prefix(12))…: the file is damaged")
    }
  }

  private static func digest(_ data: Data) -> String {
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return SHA256.hexadecimal(hash.finish())
  }

  private static func fault(_ error: any Error) -> RecordFault {
    guard let error = error as? DecodingError else {
      return RecordFault(key: "JSON", found: error.localizedDescription, wanted: "a record")
    }
    func path(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      (context.codingPath.map(\.stringValue) + [last].compactMap { $0 }).joined(separator: ".")
    }
    func name(_ context: DecodingError.Context) -> String { path(context).isEmpty ? "JSON" : path(context) }
    switch error {
    case .keyNotFound(let key, let context):
      return RecordFault(key: path(context, key.stringValue), found: "nothing", wanted: "this key")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return RecordFault(
        key: name(context), found: "a value of another kind", wanted: "what the program writes")
    case .dataCorrupted(let context):
      return RecordFault(
        key: name(context), found: "what can't be read", wanted: "JSON as the program writes it")
    @unknown default:
      return RecordFault(key: "JSON", found: "what can't be read", wanted: "a record")
    }
  }
}

extension StudyRecord {
  /// - Throws: ``RecordFault`` for a value outside of a range.
  package func require<T: Comparable>(_ value: T?, _ key: String, _ range: ClosedRange<T>) throws(RecordFault)
  {
    guard let value, !range.contains(value) else { return }
    throw RecordFault(key: key, found: "\(value)", wanted: "\(range.lowerBound) to \(range.upperBound)")
  }

  /// - Throws: ``RecordFault`` for a time that no clock shows, s since 1970.
  package func require(date_s: Double?, _ key: String) throws(RecordFault) {
    try require(date_s, key, 0...1e12)
  }
}
