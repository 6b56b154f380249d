import Digest
import Foundation
import Manifest
import Support

/// Files of `results/` that belong together. They are written beside those in use and put in their place when all are
/// complete, so that a full disk leaves the old ones; a list of their SHA-256, as `sha256sum -c` reads it, tells a set of
/// which a killed process has replaced only a part.
package struct ResultSet {
  /// The results of `aggregate`.
  package static let results = "results.sha256"
  /// The tables, figures and page of `report`.
  package static let report = "report.sha256"

  /// The folder `results/` of a study.
  private let place: String
  /// The name of the list.
  private let list: String
  /// Where the new files are until ``commit(madeFrom:)``.
  package let folder: String

  /// - Parameters:
  ///   - place: the study's folder `results/`; is made where it does not exist.
  ///   - list: the name of the list.
  /// - Throws: ``RunFailure`` where no folder can be made.
  package init(in place: String, list: String) throws {
    self.place = place
    self.list = list
    folder = "\(place)/.new-\(list).\(TemporaryFile.owner).\(TemporaryFile.unique()).tmp"
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try Self.removeLeftOvers(in: place, of: list)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    } catch let error as CocoaError {
      throw RunFailure(
        "can't make a folder in \(place): \(error.localizedDescription) --results gives another folder")
    }
  }

  /// What processes of this host have left that were killed.
  private static func removeLeftOvers(in place: String, of list: String) throws {
    for name in try folderContents(place)
    where name.hasPrefix(".new-\(list).") && TemporaryFile.presence(name) == .gone {
      try FileManager.default.removeItem(atPath: "\(place)/\(name)")
    }
  }

  /// Puts the new files in the place of the old ones, and removes those of the old set that the new one does not have.
  /// - Parameters:
  ///   - sources: names of the files in `results/` that the new ones were made from.
  ///   - lacking: names of files that could not be made: those of an older set are removed.
  /// - Throws: ``FileError``, ``RunFailure``.
  package func commit(madeFrom sources: [String] = [], lacking: [String] = []) throws {
    let files = try Self.files(in: folder)
    var lines = try files.map { Line(digest: try InputFiles.digest(of: "\(folder)/\($0)"), name: $0) }
    for name in sources where FileManager.default.fileExists(atPath: "\(place)/\(name)") {
      lines.append(Line(digest: try InputFiles.digest(of: "\(place)/\(name)"), name: name))
    }
    // Of a damaged list nothing is removed; the new one takes its place.
    let old = (try? Self.lines(of: list, in: place)) ?? []
    // First, so that a set of which only a part is in its place never passes.
    try AtomicFile.write(Self.sealed(lines.map(\.text).joined()), to: "\(place)/\(list)")
    for name in files {
      let target = "\(place)/\(name)"
      try OwnFolder.make((target as NSString).deletingLastPathComponent, in: place)
      guard rename("\(folder)/\(name)", target) == 0 else { throw FileError(target, .rename) }
    }
    let kept = Set(lines.map(\.name))
    for name in old.map(\.name) + lacking where !kept.contains(name) { unlink("\(place)/\(name)") }
    for folder in Set(files.map { ("\(place)/\($0)" as NSString).deletingLastPathComponent }) {
      try AtomicFile.synchronize(folder)
    }
    discard()
  }

  /// Leaves the old files as they are.
  package func discard() {
    // What can't be removed now is removed by the next process.
    _ = try? FileManager.default.removeItem(atPath: folder)
  }

  /// The error with the name that a file was to get.
  package func naming(_ error: any Error) -> any Error {
    func final(_ path: String) -> String { path.replacing(folder + "/", with: place + "/") }
    return switch error {
    case let error as FileError: FileError(final(error.path), error.operation, code: error.code)
    case EncodingError.invalidValue(let value, let context):
      RunFailure(
        "\(place): a result is \(value): \(context.codingPath.map(\.stringValue).joined(separator: "."))")
    default: error
    }
  }

  /// Checks that the files of a set are those that were written together; results without a list, of an older version,
  /// pass.
  /// - Throws: ``RunFailure`` naming the file that is not.
  package static func check(_ list: String, in place: String) throws {
    for line in try lines(of: list, in: place) {
      let path = "\(place)/\(line.name)"
      guard FileManager.default.fileExists(atPath: path), try InputFiles.digest(of: path) == line.digest
      else {
        throw RunFailure(
          "\(path) is not the one that was written with the other results; run paddlewheel aggregate again")
      }
    }
  }

  private struct Line {
    var digest: String
    var name: String
    var text: String { "\(digest)  \(name)\n" }
  }

  private static func lines(of list: String, in place: String) throws -> [Line] {
    let path = "\(place)/\(list)"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunFailure("can't read \(path)")
    }
    return try digests(data, of: list, path).split(separator: "\n").map { text in
      let parts = text.split(separator: "  ", maxSplits: 1)
      // Nothing outside of the folder is read or removed, whoever wrote the list.
      guard parts.count == 2, parts[0].wholeMatch(of: /[0-9a-f]{64}/) != nil, !parts[1].hasPrefix("/"),
        !parts[1].split(separator: "/").contains("..")
      else { throw RunFailure("\(path) is damaged; run paddlewheel aggregate again") }
      return Line(digest: String(parts[0]), name: String(parts[1]))
    }
  }

  /// Begins the last line, which `sha256sum -c` takes for a comment.
  private static let seal = "# SHA-256 of the lines above: "

  private static func sealed(_ lines: String) -> String {
    "\(lines)\(seal)\(SHA256.hexadecimal(of: lines))\n"
  }

  /// The lines above the last. A list of an older version has no such line, and ends with that of its last file.
  private static func digests(_ data: Data, of list: String, _ path: String) throws -> String {
    let text = String(decoding: data, as: UTF8.self)
    if let last = text.range(of: seal, options: .backwards) {
      let lines = String(text[..<last.lowerBound])
      if text == sealed(lines) { return lines }
    } else if text.hasSuffix("  summary.json\n") || (list == report && text.hasSuffix("  curves.json\n")) {
      return text
    }
    throw RunFailure("\(path) is damaged; run paddlewheel aggregate again")
  }

  /// The files in a folder and those below it, relative to it.
  private static func files(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}
