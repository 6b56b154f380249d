import Foundation
import Synchronization

/// The last lines that a process prints, for the message of a failure.
package final class LineTail: Sendable {
  private struct Content {
    var lines: [String] = []
    var reportsOutOfMemory = false
  }

  private let content = Mutex(Content())

  package init() {}

  /// The program's own messages if there are any, each once, else the last lines.
  package var text: String {
    // What a rank prints before it aborts, and what the Swift runtime prints at a trap.
    let prefix = "paddlewheel: "
    let lines = content.withLock { $0.lines }
    var own: [String] = []
    for line in lines where line.hasPrefix(prefix) || line.contains("Fatal error: ") {
      let message = line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
      if !own.contains(message) { own.append(message) }
    }
    return (own.isEmpty ? lines.suffix(8) : own.suffix(8)).joined(separator: "\n")
  }

  package var last: String? { content.withLock { $0.lines.last } }

  /// Whether Slurm has reported that memory ran out; it does so in its output alone.
  package var reportsOutOfMemory: Bool { content.withLock { $0.reportsOutOfMemory } }

  package func append(_ line: String) {
    guard !line.isEmpty, !line.hasPrefix("-----"), !Self.isBoilerplate(line) else { return }
    content.withLock {
      $0.lines.append(line)
      if $0.lines.count > 40 { $0.lines.removeFirst() }
      if Self.isOutOfMemory(line) { $0.reportsOutOfMemory = true }
    }
  }

  /// What mpirun prints whenever a rank exits with an error.
  private static func isBoilerplate(_ line: String) -> Bool {
    line.hasPrefix("Primary job  terminated normally")
      || line.hasPrefix("a non-zero exit code. Per user-direction")
  }

  /// Lines of slurmstepd: `Detected 1 oom_kill event`, `task 0: Out Of Memory`.
  private static func isOutOfMemory(_ line: String) -> Bool {
    line.contains("oom_kill") || line.contains("oom-kill")
      || line.range(of: "out of memory", options: .caseInsensitive) != nil
  }
}
