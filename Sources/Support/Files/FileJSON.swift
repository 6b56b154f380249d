import Foundation

/// JSON as the study's files hold it: for people too, and the same bytes for the same values.
/// - Throws: `EncodingError`.
public func fileJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}
