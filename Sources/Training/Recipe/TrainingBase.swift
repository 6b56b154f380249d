import Digest
import Foundation
import Model
import PotentialKeys
import Support

/// The force field to which a model adds: what is built in, or a file, of which the folder of the results gets a copy, so
/// that the potential can be used wherever that folder is.
struct TrainingBase {
  /// The name of the copy, beside the description that names it.
  static let copyName = "base.json"

  let forceField: ForceFieldFile
  /// What tells it from others: a name, or the digest of the file's content.
  let identity: String
  /// Of the file; nil for what is built in.
  private let content: Data?

  /// - Throws: ``InputError`` for a file that can't be read; `PotentialError` for one that is none of a force field.
  init(_ source: InputSource) throws {
    switch source {
    case .builtIn(let name):
      content = nil
      identity = name
    case .file(let file):
      let data = try Self.read(file.path)
      content = data
      let hash = SHA256()
      data.withUnsafeBytes { hash.update($0) }
      identity = SHA256.hexadecimal(hash.finish())
    }
    forceField = try ForceFieldFile.load(source.location)
  }

  private static func read(_ path: String) throws -> Data {
    // Every rank reads it, and more than once.
    try PlainFile.check(path, key: "base")
    do { return try FileContents.read(path, most: 1 << 26) } catch {
      throw InputError(
        place: SourcePlace(file: path), key: "base", found: "a file that can't be read: \(error.reason)",
        wanted: "the parameter file of a force field")
    }
  }

  /// - Throws: ``InputError`` where a folder has the copy of another base.
  func check(in folder: TrainingFolder) throws {
    guard let content, FileKind(at: folder.base) != nil, FileContents.own(folder.base) != content else {
      return
    }
    throw InputError(
      place: SourcePlace(file: folder.base), found: "another base than the recipe's",
      wanted: "the same as before, or another --output")
  }

  /// Writes the copy of a file, unless it is there.
  /// - Throws: ``FileError``.
  func copy(to folder: TrainingFolder) throws {
    guard let content, FileContents.own(folder.base) != content else { return }
    try AtomicFile.write(content, to: folder.base)
  }
}
