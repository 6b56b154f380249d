import Foundation
import Manifest
import Support

/// The copies of input files that a study keeps, in `inputs/`, so that nothing outside of its folder is needed later.
enum StudyInputs {
  /// Larger files are copied only where the file system lets the copy share the disk's blocks.
  static let largest_bytes = 50 << 20

  /// Copies the files of a plan into the folder of its study.
  /// - Returns: the plan with the copies as its files. A file that is too large keeps its absolute path.
  /// - Throws: ``InputError`` for a file that has changed since the plan was made, and for a copy that is not what it
  ///   was; ``FileError`` where one can't be written.
  static func copy(_ plan: StudyPlan, into study: String) throws -> StudyPlan {
    var places: [InputFile: InputFile] = [:]
    for file in plan.files {
      guard file.isInStudy else { continue }
      let copy = InputFile(path: "\(study)/\(file.name)", name: file.name)
      let isCopied = try make(copy, from: file, of: plan, in: study)
      places[file] = isCopied ? copy : InputFile(path: file.path, name: file.path)
    }
    return try plan.changingFiles { places[$0] ?? $0 }
  }

  /// - Returns: false for a large file that the file system does not share.
  private static func make(
    _ copy: InputFile, from file: InputFile, of plan: StudyPlan, in study: String
  ) throws -> Bool {
    let folder = (copy.path as NSString).deletingLastPathComponent
    try refuseLinks(from: study, to: folder)
    if FileManager.default.fileExists(atPath: copy.path) {
      try plan.verify(copy, as: file)
      return true
    }
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw RunFailure("can't make the folder \(folder): \(error.localizedDescription)")
    }
    var isCopied = false
    do {
      try AtomicFile.replace(copy.path) { temporary in
        isCopied = try FileCopy.share(file.path, as: temporary, named: copy.path)
        if !isCopied {
          guard try FileCopy.size(of: file.path) <= largest_bytes else { throw TooLarge() }
          try FileCopy.copy(file.path, as: temporary, named: copy.path)
          isCopied = true
        }
        // The original may have changed since the plan was made.
        try plan.verify(InputFile(path: temporary, name: file.name), as: file, showing: file)
      }
    } catch is TooLarge { return false }
    return isCopied
  }

  private struct TooLarge: Error {}

  /// Nothing is written through a link that leads out of the study.
  private static func refuseLinks(from study: String, to folder: String) throws {
    var path = folder
    while path.count > study.count {
      if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil {
        throw InputError(
          place: SourcePlace(file: path), found: "a symbolic link", wanted: "a folder of the study's own")
      }
      path = (path as NSString).deletingLastPathComponent
    }
  }
}
