import Foundation

/// Makes folders of a study. No part below the study's own folder may be a link: what is written there would land
/// wherever someone who had made or packed the study wanted it.
package enum OwnFolder {
  /// Makes `path` and the folders between it and `root`, as far as they are missing; `root` itself may be a link.
  /// - Throws: ``InputError`` for a link or another thing that stands in the way; ``FileError``.
  package static func make(_ path: String, in root: String) throws {
    try makeNamed(root)
    guard path != root else { return }
    let below = path.hasPrefix(root + "/") ? path.dropFirst(root.count + 1) : Substring(path)
    var current = root
    for part in below.split(separator: "/") {
      current += "/\(part)"
      try make(current)
    }
  }

  /// Makes a folder that the user names, and those above it, as far as they are missing; any of them may be a link.
  /// - Throws: ``InputError`` for another thing that stands in the way; ``FileError``.
  package static func makeNamed(_ path: String) throws {
    let before = FileKind(behind: path)
    if before == .folder { return }
    let parent = (path as NSString).deletingLastPathComponent
    if before == nil, !parent.isEmpty, parent != path { try makeNamed(parent) }
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    switch FileKind(behind: path) ?? FileKind(at: path) {
    case .folder: return
    case let other?:
      throw InputError(place: SourcePlace(file: path), found: other.rawValue, wanted: "a directory")
    case nil: throw FileError(path, .create, code: code)
    }
  }

  /// Makes one folder whose parent exists, unless it is there.
  private static func make(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    switch FileKind(at: path) {
    case .folder: return
    case .link:
      let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? "?"
      throw InputError(
        place: SourcePlace(file: path), found: "a symbolic link to '\(target)'",
        wanted: "a directory: nothing is written through a link in a study; move the whole study")
    case let other?:
      throw InputError(place: SourcePlace(file: path), found: other.rawValue, wanted: "a directory")
    case nil: throw FileError(path, .create, code: code)
    }
  }
}
