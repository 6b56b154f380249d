import Foundation

/// Paths of the files that a study is made from.
enum SourceFile {
  /// The absolute folder of a file.
  static func folder(of file: String) -> String {
    let here = FileManager.default.currentDirectoryPath
    return (absolutePath(file, from: here) as NSString).deletingLastPathComponent
  }
}

/// `path` made absolute and cleared of `.` and `..`; links stay as they are.
public func absolutePath(_ path: String, from folder: String) -> String {
  let expanded = (path as NSString).expandingTildeInPath
  let joined = expanded.hasPrefix("/") ? expanded : "\(folder)/\(expanded)"
  return URL(fileURLWithPath: joined).standardizedFileURL.path
}
