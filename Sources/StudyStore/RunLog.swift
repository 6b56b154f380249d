import Foundation
import Logging
import Support

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
    append("\(Date().ISO8601Format()) \(level)\(visible("\(event.message)"))\n")
  }

  /// A line that can't be written is dropped: a log must not end a run. Nor is it written through a link, or to a pipe or
  /// a device, that waits in place of the log.
  private func append(_ line: String) {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let descriptor = open(path, flags, 0o666)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard FileKind(descriptor: descriptor) == .file else { return }
    _ = StandardStreams.write(line.utf8, to: descriptor)
  }
}

extension Logger {
  /// The log of a run: `log.txt` in its directory.
  package init(runDirectory: String) {
    self.init(label: runDirectory, factory: { _ in RunLogHandler(path: "\(runDirectory)/log.txt") })
  }
}
