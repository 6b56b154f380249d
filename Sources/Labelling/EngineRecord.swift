import Foundation
import Support

/// `engine.json` in the folder of labels: what they are computed with. Labels of two engines do not mix.
struct EngineRecord: Codable {
  static let fileName = "engine.json"
  private static let newest = 1

  var format = Self.newest
  var engine: EngineIdentity

  /// Makes sure that a folder's labels are those of an engine, and says so where it has none yet.
  /// - Parameter isEmpty: whether the folder has no label.
  /// - Throws: ``InputError`` for another engine; ``FileError``.
  static func claim(_ engine: EngineIdentity, folder: String, isEmpty: Bool) throws {
    let path = "\(folder)/\(fileName)"
    if !isEmpty {
      let found = try read(path)
      guard found.kind == engine.kind, found.digest == engine.digest else {
        throw InputError(
          place: SourcePlace(file: path), found: engine.text(program: nil),
          wanted: "the engine of the labels in this folder, \(found.text(program: nil))",
          message: "another --output, or remove the folder")
      }
    }
    try AtomicFile.write(try fileJSON(EngineRecord(engine: engine)), to: path)
  }

  private static func read(_ path: String) throws -> EngineIdentity {
    guard let data = FileContents.own(path, most: 1 << 20) else {
      throw InputError(
        place: SourcePlace(file: path), found: "no readable file", wanted: "the engine of the labels")
    }
    do {
      let record = try JSONDecoder().decode(EngineRecord.self, from: data)
      guard record.format <= newest else {
        throw InputError(
          place: SourcePlace(file: path), key: "format", found: "\(record.format)",
          wanted: "at most \(newest)")
      }
      return record.engine
    } catch is DecodingError {
      throw InputError(
        place: SourcePlace(file: path), found: "other content", wanted: "the record of an engine")
    }
  }
}
