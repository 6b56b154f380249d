import Foundation
import Logging

/// Appends to `log.txt` of a run: a line is the time and the message, a warning or an error with its level before it.
package struct RunLogHandler: LogHandler {
  package let path: String
  package var logLevel = Logger.Level.info
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  package init(path: String) { self.path = path }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let level = event.level >= .warning ? "\(event.level): " : ""
    append("\(Date().ISO8601Format()) \(level)\(event.message)\n")
  }

  /// A line that can't be written is dropped: a log must not end a run.
  private func append(_ line: String) {
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else { return }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else { return }
    defer { try? handle.close() }
    guard (try? handle.seekToEnd()) != nil else { return }
    try? handle.write(contentsOf: Data(line.utf8))
  }
}

extension Logger {
  /// The log of a run: `log.txt` in its directory.
  package init(runDirectory: String) {
    self.init(label: runDirectory, factory: { _ in RunLogHandler(path: "\(runDirectory)/log.txt") })
  }
}
