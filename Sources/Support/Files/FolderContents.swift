import Foundation

/// Names of the entries of a folder, in no particular order; empty where the folder does not exist.
/// - Throws: ``RunFailure`` for a folder that exists and can't be listed.
public func folderContents(_ path: String) throws -> [String] {
  do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    throw RunFailure("can't list \(path): \(error.localizedDescription)")
  }
}
