import Foundation
import Results
import Support
import Synchronization

/// Shows the progress of `aggregate` on standard error: on a terminal one line that is updated, in a log a line
/// every ten seconds.
final class ReadingPrinter: Sendable {
  private struct State {
    var lastTime_s = ProcessInfo.processInfo.systemUptime
    var hasOpenLine = false
  }

  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let state = Mutex(State())
  private var interval_s: Double { isTerminal ? 0.1 : 10 }

  func show(_ progress: AggregationProgress) {
    let now_s = ProcessInfo.processInfo.systemUptime
    state.withLock {
      guard now_s - $0.lastTime_s >= interval_s else { return }
      $0.lastTime_s = now_s
      $0.hasOpenLine = isTerminal
      let text =
        "aggregate: \(progress.runsDone) of \(progress.runCount) runs read, "
        + "\(fixed(Double(progress.bytesRead) / 1e6, 0)) MB"
      if isTerminal { StandardError.replaceLine(by: text) } else { StandardError.print(text) }
    }
  }

  /// Clears the line.
  func end() {
    state.withLock {
      if $0.hasOpenLine { StandardError.replaceLine() }
      $0.hasOpenLine = false
    }
  }
}
