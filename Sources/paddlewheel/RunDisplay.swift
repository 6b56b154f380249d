import Foundation
import Manifest
import Scheduler
import StudyStore
import Support
import Synchronization

/// Shows runs that go side by side on standard error: on a terminal a block of lines that is updated, one for each run that
/// goes and one for all; elsewhere lines of text.
final class RunDisplay: Sendable {
  private struct Memory {
    var board: RunBoard
    var last_s = -Double.infinity
    /// Lines of the block that the terminal shows.
    var shown = 0
  }

  private let isVerbose: Bool
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let memory: Mutex<Memory>

  /// Seconds between two lines where standard error is not a terminal.
  private static let logInterval_s = 20.0
  /// Seconds between two updates of a terminal.
  private static let terminalInterval_s = 0.5

  init(study: StudyDirectory, plan: LocalPlan, isVerbose: Bool) {
    self.isVerbose = isVerbose
    memory = Mutex(Memory(board: RunBoard(study, plan)))
  }

  deinit { end() }

  /// Removes the block.
  func end() {
    memory.withLock {
      if $0.shown > 0 { StandardError.replaceLines($0.shown, by: []) }
      $0.shown = 0
    }
  }

  func show(_ event: RunEvent) {
    memory.withLock { memory in
      memory.board.take(event)
      if let line = memory.board.line(of: event, isVerbose: isVerbose) { print(line, &memory) }
      // What a run shows of its progress is said now and then; the rest at once.
      guard case .progress = event else { return isTerminal ? block(&memory) : () }
      let now_s = Stopwatch.now_s
      guard now_s - memory.last_s >= (isTerminal ? Self.terminalInterval_s : Self.logInterval_s) else {
        return
      }
      memory.last_s = now_s
      if isTerminal {
        block(&memory)
      } else {
        for line in memory.board.logLines { StandardError.print(line) }
      }
    }
  }

  private func print(_ line: String, _ memory: inout Memory) {
    if memory.shown > 0 { StandardError.replaceLines(memory.shown, by: []) }
    memory.shown = 0
    if !isTerminal { memory.last_s = Stopwatch.now_s }
    StandardError.print(line)
  }

  private func block(_ memory: inout Memory) {
    let size = terminalSize()
    let lines = memory.board.block(width: max(20, size.columns - 1), height: max(2, size.rows - 2))
    StandardError.replaceLines(memory.shown, by: lines)
    memory.shown = lines.count
  }
}

/// Columns and rows of the terminal at standard error; 80 × 24 where it does not tell.
private func terminalSize() -> (columns: Int, rows: Int) {
  var size = winsize()
  guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
    return (80, 24)
  }
  return (Int(size.ws_col), Int(size.ws_row))
}
