import Foundation

/// Files that are read more than once, or by several processes.
package enum PlainFile {
  package static let wanted = "a plain file, which can be read more than once"

  /// What can't be read more than once: a pipe gives its content to one reader, and lets none get further while nothing
  /// writes to it.
  /// - Parameter path: links are followed.
  /// - Returns: nil for all else, and for what is not there.
  package static func refused(_ path: String) -> FileKind? {
    guard let kind = FileKind(behind: path), kind == .pipe || kind == .socket else { return nil }
    return kind
  }

  /// - Throws: ``InputError`` for a pipe or a socket.
  package static func check(_ path: String, key: String? = nil) throws {
    guard let kind = refused(path) else { return }
    throw InputError(place: SourcePlace(file: path), key: key, found: kind.rawValue, wanted: wanted)
  }
}
