import Foundation

/// `path` made absolute and without `.` and `..`; symbolic links are kept.
package func absolutePath(_ path: String, from folder: String) -> String {
  let expanded = (path as NSString).expandingTildeInPath
  let joined = expanded.hasPrefix("/") ? expanded : "\(folder)/\(expanded)"
  return URL(fileURLWithPath: joined).standardizedFileURL.path
}
