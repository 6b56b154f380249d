import Foundation

/// Files that belong together and are replaced together.
package enum FilesTogether {
  /// Writes all files beside those in use, and renames them when all are complete: a full disk leaves all old ones.
  /// - Throws: ``FileError``.
  package static func write(_ files: [(path: String, data: Data)]) throws {
    let temporaries = files.map { file -> String in
      let folder = (file.path as NSString).deletingLastPathComponent
      let name = (file.path as NSString).lastPathComponent
      return "\(folder.isEmpty ? "." : folder)/.\(name).\(TemporaryFile.owner).\(TemporaryFile.unique()).tmp"
    }
    do {
      for (file, temporary) in zip(files, temporaries) {
        do { try AtomicFile.write(file.data, to: temporary) } catch let error as FileError {
          throw FileError(file.path, error.operation, code: error.code)
        }
      }
      for (file, temporary) in zip(files, temporaries) {
        guard rename(temporary, file.path) == 0 else { throw FileError(file.path, .rename) }
      }
    } catch {
      for temporary in temporaries { unlink(temporary) }
      throw error
    }
    for folder in Set(files.map { ($0.path as NSString).deletingLastPathComponent }) {
      try AtomicFile.synchronize(folder.isEmpty ? "." : folder)
    }
  }
}
