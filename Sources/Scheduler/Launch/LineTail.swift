import Foundation
import Synchronization

/// The last lines of a process that say something of their own.
final class LineTail: Sendable {
  private let lines = Mutex<[String]>([])

  /// Our own messages if there are any, each once, else the last lines.
  var text: String {
    let prefix = "paddlewheel: "
    let lines = lines.withLock { $0 }
    var own: [String] = []
    for line in lines where line.hasPrefix(prefix) || line.contains("Fatal error: ") {
      let message = line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
      if !own.contains(message) { own.append(message) }
    }
    return (own.isEmpty ? lines.suffix(8) : own.suffix(8)).joined(separator: "\n")
  }

  /// What mpirun says whenever a rank ends with an error.
  private static func saysNothing(_ line: String) -> Bool {
    line.hasPrefix("Primary job  terminated normally")
      || line.hasPrefix("a non-zero exit code. Per user-direction")
  }

  var last: String? { lines.withLock { $0.last } }

  func append(_ line: String) {
    guard !line.isEmpty, !line.hasPrefix("-----"), !Self.saysNothing(line) else { return }
    lines.withLock {
      $0.append(line)
      if $0.count > 40 { $0.removeFirst() }
    }
  }
}
