import Foundation

/// `log.txt` of a run: plain lines with the time, appended; what can't be written there is let go, because
/// a log must not end a run.
package struct RunLog {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  package func add(_ line: String) {
    guard let data = "\(Date().ISO8601Format()) \(line)\n".data(using: .utf8) else { return }
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else { return }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else { return }
    defer { try? handle.close() }
    _ = try? handle.seekToEnd()
    try? handle.write(contentsOf: data)
  }
}
