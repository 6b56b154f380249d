import Digest
import Foundation
import Support

/// The last line of the manifest of a simulated study: a comment with the SHA-256 of all that stands above it, so that a
/// changed byte is noticed.
///
/// Manifests of older versions have none. That of an imported study has none either: its analysis is changed by editing it.
enum ManifestSeal {
  private static let opening = "# SHA-256 of the lines above; whoever edits them removes this line: "

  /// - Parameter yaml: ends with a line break.
  static func sealed(_ yaml: String) -> String { "\(yaml)\(opening)\(SHA256.hexadecimal(of: yaml))\n" }

  /// - Parameter path: of the file, for the message.
  /// - Throws: ``InputError`` where the content is not what was written.
  static func check(_ data: Data, at path: String) throws {
    guard let line = data.range(of: Data(opening.utf8), options: .backwards) else { return }
    let hash = SHA256()
    data[..<line.lowerBound].withUnsafeBytes { hash.update($0) }
    let digest = SHA256.hexadecimal(hash.finish())
    guard data[line.upperBound...] == Data("\(digest)\n".utf8) else {
      throw InputError(
        place: SourcePlace(file: path), key: "SHA-256",
        found: "other content than was written", wanted: "the manifest as the program wrote it",
        message:
          "the file is damaged or was edited: restore it (`paddlewheel plan MANIFEST --output NEW` writes it anew); if you have "
          + "edited it, remove its last line")
    }
  }
}
