import Foundation
import Manifest
import Scheduler
import StudyStore
import Support
import Synchronization

/// Prints the progress of a study to standard error: on a terminal one line that is updated, elsewhere a line now and then.
final class ProgressPrinter: Sendable {
  private struct Memory {
    var lastLine_s = -Double.infinity
    var hasOpenLine = false
  }

  private let runCount: Int
  private let isVerbose: Bool
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let memory = Mutex(Memory())

  /// Seconds between two lines where standard error is not a terminal.
  private static let logInterval_s = 20.0

  init(study: StudyDirectory, isVerbose: Bool) {
    runCount = study.runs.count
    self.isVerbose = isVerbose
  }

  func show(_ event: RunEvent) {
    switch event {
    case .started(let run, let resumed): line(run, resumed ? "resumes" : "starts")
    case .progress(let run, let state): progress(run, state)
    case .line(let run, let text):
      if isVerbose { line(run, text) }
    case .ended(let run, .done): line(run, "done")
    case .ended(let run, .stopped): line(run, "stopped")
    case .ended(let run, .failed(let code, let message)): line(run, "failed (exit \(code)): \(message)")
    case .ended(let run, .held(let text)): line(run, "left alone: \(text)")
    case .skipped(let run, let reason): line(run, "skipped: \(reason)")
    }
  }

  private func line(_ run: RunSpecification, _ text: String) {
    memory.withLock {
      if $0.hasOpenLine { StandardError.replaceLine() }
      $0.hasOpenLine = false
      $0.lastLine_s = ProcessInfo.processInfo.systemUptime
      StandardError.print("\(name(run)) \(text)")
    }
  }

  private func progress(_ run: RunSpecification, _ state: RunState) {
    let now_s = ProcessInfo.processInfo.systemUptime
    let text = "\(name(run)) \(progressText(state, run.manifest))"
    memory.withLock {
      if isTerminal {
        StandardError.replaceLine(by: String(text.prefix(max(20, terminalWidth() - 1))))
        $0.hasOpenLine = true
      } else if now_s - $0.lastLine_s >= Self.logInterval_s {
        $0.lastLine_s = now_s
        StandardError.print(text)
      }
    }
  }

  private func name(_ run: RunSpecification) -> String {
    "[\(run.index + 1)/\(runCount)] \(run.directoryName):"
  }
}

/// The progress of a run, in physical units.
func progressText(_ state: RunState, _ manifest: Manifest) -> String {
  if let stage = state.stage, manifest.simulated?.stages[stage.rawValue]?.minimisation != nil {
    return stage.rawValue + (state.message.map { ", \($0)" } ?? "")
  }
  var parts = [
    "\(state.stage?.rawValue ?? "starting") \(fixed(state.time_ps, 2)) of \(fixed(manifest.time_ps, 2)) ps"
  ]
  if let pace = state.ns_per_day { parts.append("\(fixed(pace, 2)) ns/day") }
  if let left_s = state.timeLeft_s { parts.append("\(duration(left_s)) left") }
  if let temperature = state.temperature_K { parts.append("\(fixed(temperature, 0)) K") }
  if let drift = state.energyDrift_meV_per_atom {
    parts.append("drift \(String(format: "%+.3f", drift)) meV/atom")
  }
  return parts.joined(separator: ", ")
}

private func terminalWidth() -> Int {
  var size = winsize()
  guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
  return Int(size.ws_col)
}
