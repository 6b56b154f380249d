import Digest
import Foundation
import Support

/// The first line of the manifest of a simulated study: a comment with the SHA-256 of all that stands below it, so that a
/// changed byte and a lost end are noticed.
///
/// Manifests of older versions have none, or have it as their last line. That of an imported study has none either: its
/// analysis is changed by editing it.
enum ManifestSeal {
  private static let opening = "# SHA-256 of the lines below; whoever edits them removes this line: "
  /// Of the last line, in the version before.
  private static let older = "# SHA-256 of the lines above; whoever edits them removes this line: "

  static func sealed(_ yaml: String) -> String { "\(opening)\(SHA256.hexadecimal(of: yaml))\n\(yaml)" }

  /// What is sealed; the whole where there is no seal.
  /// - Parameter path: of the file, for the message.
  /// - Throws: ``InputError`` where the content is not what was written.
  @discardableResult
  static func content(of data: Data, at path: String) throws -> Data {
    if data.starts(with: opening.utf8) {
      let line = data.prefix { $0 != UInt8(ascii: "\n") }
      let content = data.dropFirst(line.count + 1)
      try compare(line.dropFirst(opening.utf8.count), content, "first", at: path)
      return content
    }
    if let line = data.range(of: Data(older.utf8), options: .backwards) {
      let end = data[line.upperBound...]
      guard end.last == UInt8(ascii: "\n") else { throw fault("last", at: path) }
      let content = data[..<line.lowerBound]
      try compare(end.dropLast(), content, "last", at: path)
      return content
    }
    return data
  }

  private static func compare(_ digest: Data, _ content: Data, _ place: String, at path: String) throws {
    let hash = SHA256()
    content.withUnsafeBytes { hash.update($0) }
    guard digest == Data(SHA256.hexadecimal(hash.finish()).utf8) else { throw fault(place, at: path) }
  }

  private static func fault(_ place: String, at path: String) -> InputError {
    InputError(
      place: SourcePlace(file: path), key: "SHA-256",
      found: "other content than was written", wanted: "the manifest as the program wrote it",
      message:
        "the file is damaged or was edited: restore it (`paddlewheel plan MANIFEST --output NEW` writes it anew); if you have "
        + "edited it, remove its \(place) line")
  }
}
