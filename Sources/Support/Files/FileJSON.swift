import Foundation

/// JSON as in the study's files: readable, and the same bytes for the same values.
/// - Throws: `EncodingError`.
package func fileJSON(_ value: some Encodable) throws -> Data {
  try fileJSONEncoder().encode(value) + Data("\n".utf8)
}

/// The encoder of ``fileJSON(_:)``, for files written in parts.
package func fileJSONEncoder() -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return encoder
}
