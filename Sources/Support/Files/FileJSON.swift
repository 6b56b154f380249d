import Foundation

/// JSON as the study's files hold it: for people too, and the same bytes for the same values.
/// - Throws: `EncodingError`.
package func fileJSON(_ value: some Encodable) throws -> Data {
  try fileJSONEncoder().encode(value) + Data("\n".utf8)
}

/// The encoder of ``fileJSON(_:)``, for files written part by part.
package func fileJSONEncoder() -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return encoder
}
