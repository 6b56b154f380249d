import Foundation
import Learning
import Scheduler
import Support

extension LearningEvent {
  /// For the terminal.
  func lines(isVerbose: Bool) -> [String] {
    switch self {
    case .began(let generation):
      ["generation \(generation.number), rung \(generation.rung + 1) of the ladder"]
    case .phase(let phase, let generation): ["generation \(generation): \(phase.rawValue)"]
    case .line(let text): ["  \(text)"]
    case .ended(let phase, let generation): [generation.result(of: phase)].compactMap { $0 }.map { "  \($0)" }
    case .run(let event, _): event.learningLines(isVerbose: isVerbose)
    }
  }
}

extension RunEvent {
  fileprivate func learningLines(isVerbose: Bool) -> [String] {
    switch self {
    case .started(let run, let resumed, _): ["  \(run.directoryName) \(resumed ? "resumes" : "starts")"]
    case .ended(let run, .failed(_, let message)): ["  \(run.directoryName) ended early: \(oneLine(message))"]
    case .startsAgain(let run, let message):
      ["  \(run.directoryName) stood still, and goes on: \(oneLine(message))"]
    case .skipped(let run, let reason): ["  \(run.directoryName): \(reason)"]
    case .line(let run, let text): isVerbose ? ["  \(run.directoryName) \(text)"] : []
    case .waits(let run): ["  \(run.directoryName) waits for cores that other processes have"]
    case .stopping(let requests, let going):
      requests == 1
        ? ["  stopping: \(going == 1 ? "the run writes a checkpoint" : "\(going) runs write checkpoints")"]
        : []
    case .ended, .progress: []
    }
  }
}

extension Generation {
  /// What a phase has found.
  fileprivate func result(of phase: Phase) -> String? {
    switch phase {
    case .explore:
      explored.map {
        "\(fixed(100 * $0.fraction, 1)) % of the records below the bound, largest deviation "
          + "\(fixed($0.largest_eV_A, 2)) eV/Å, \($0.candidates) candidates"
          + ($0.brokenIons > 0 ? "; \($0.brokenIons) broken \($0.brokenIons == 1 ? "ion" : "ions")" : "")
      }
    case .select:
      selected.map {
        "\($0.chosen) of \($0.candidates) frames chosen"
          + ($0.tooFar + $0.tooNear + $0.known + $0.unknownToBase > 0
            ? "; left out: \($0.tooFar) above the window, \($0.tooNear) with atoms too near, \($0.known) known, "
              + "\($0.unknownToBase) unknown to the base"
            : "")
          + ($0.isRelaxed ? "; all lay above the window, and the nearest to it were taken" : "")
      }
    case .label:
      labelled.map {
        "\($0.labelled) labelled, \($0.refused) refused, \($0.heldOut) held out"
          + ($0.errors?[.force]?.relative.map { "; force error before training \(fixed(100 * $0, 1)) %" }
            ?? "")
      }
    case .train:
      trained.map { trained in
        "\(trained.frames) frames, \(trained.epochs) epochs"
          + (trained.heldOut.map {
            "; held-out force error \(percent($0[.force]?.relative)), cations \(percent($0[.force, .singleIons]?.relative))"
          } ?? "")
      }
    }
  }

  private func percent(_ value: Double?) -> String { value.map { "\(fixed(100 * $0, 1)) %" } ?? "–" }
}

/// The state of a loop as text.
struct LearningTable {
  let status: LearningStatus

  init(_ status: LearningStatus) { self.status = status }

  var text: String { head + "\n\n" + textTable(rows) }

  private var head: String {
    var lines = ["\(status.name): \(stateText)"]
    lines.append(
      "bound: \(fixed(100 * status.fractionWanted, 1)) % of the records at most \(status.bound_eV_A) eV/Å; "
        + "\(status.labelled) frames labelled, \(duration(status.spent_s)) spent"
        + (status.budgetLeft_s.map { ", \(duration($0)) of the budget left" } ?? ""))
    return lines.joined(separator: "\n")
  }

  private var stateText: String {
    if let outcome = status.outcome { return "done (\(outcome.rawValue.replacing("_", with: " ")))" }
    var text = "\(status.state.rawValue), generation \(status.generation)"
    if status.rungs > 1 { text += ", rung \(status.rung + 1) of \(status.rungs)" }
    if let phase = status.phase { text += ", \(phase.rawValue)" }
    if let part = status.phaseDone { text += " \(fixed(100 * part, 0)) %" }
    if let left = status.timeLeft_s { text += ", \(duration(left)) left of it" }
    return text
  }

  private var rows: [[String]] {
    func percent(_ value: Double?) -> String { value.map { "\(fixed(100 * $0, 1)) %" } ?? "–" }
    func count(_ value: Int?) -> String { value.map(String.init) ?? "–" }
    return [
      [
        "generation", "rung", "below", "largest eV/Å", "r.m.s. eV/Å", "early", "broken", "candidates",
        "labelled",
        "frames",
        "new", "held out", "cations", "time",
      ]
    ]
      + status.generations.map { row in
        [
          String(row.generation), String(row.rung + 1), percent(row.fractionBelow),
          fixed(row.largestDeviation_eV_A, 2),
          row.deviations_eV_A.sorted { $0.key < $1.key }.map { "\($0.key) \(fixed($0.value, 3))" }
            .joined(separator: " "),
          String(row.endedEarly), String(row.brokenIons), count(row.candidates), count(row.labelled),
          count(row.frames),
          percent(row.errorOnNew), percent(row.errorHeldOut), percent(row.cationErrorHeldOut),
          duration(row.seconds),
        ]
      }
  }
}
