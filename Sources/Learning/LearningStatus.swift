import Foundation
import Manifest
import StudyStore
import Support
import Training

/// The output of `status --json` for the folder of a loop.
package struct LearningStatus: Codable, Equatable, Sendable {
  package enum State: String, Codable, Sendable {
    case running
    /// The same command goes on.
    case stopped
    case done
  }

  /// What one generation has found.
  package struct Row: Codable, Equatable, Sendable {
    package var generation: Int
    package var rung: Int
    /// Nil where nothing is left to do.
    package var next: Generation.Phase?
    /// Of the committee before it, in the sweep: the share of records below the bound, and the largest, eV/Å.
    package var fractionBelow: Double?
    package var largestDeviation_eV_A: Double?
    /// By element and kind of ion: root mean square, eV/Å.
    package var deviations_eV_A: [String: Double]
    /// Runs that ended before their time.
    package var endedEarly: Int
    /// Ions that broke in the others.
    package var brokenIons: Int
    package var candidates: Int?
    package var selected: Int?
    package var labelled: Int?
    package var refused: Int?
    /// Trained on, in all.
    package var frames: Int?
    /// Relative force errors of the committee before it on its new frames, and of its own on held-out frames: of all atoms, and
    /// of cations.
    package var errorOnNew: Double?
    package var errorHeldOut: Double?
    package var cationErrorHeldOut: Double?
    package var seconds: Double

    enum CodingKeys: String, CodingKey {
      case generation, rung, next, candidates, selected, labelled, refused, frames, seconds
      case fractionBelow = "fraction_below"
      case largestDeviation_eV_A = "largest_deviation_eV_per_A"
      case deviations_eV_A = "deviations_eV_per_A"
      case endedEarly = "ended_early"
      case brokenIons = "broken_ions"
      case errorOnNew = "force_error_on_new_frames"
      case errorHeldOut = "force_error_held_out"
      case cationErrorHeldOut = "cation_force_error_held_out"
    }
  }

  package var name: String
  package var state: State
  package var outcome: LearningOutcome?
  package var generation: Int
  package var rung: Int
  package var rungs: Int
  package var phase: Generation.Phase?
  /// Of the phase, from 0 to 1; nil where it is not known.
  package var phaseDone: Double?
  /// Of the phase, s.
  package var timeLeft_s: Double?
  package var spent_s: Double
  /// Of the budget, s.
  package var budgetLeft_s: Double?
  package var bound_eV_A: Double
  package var fractionWanted: Double
  package var labelled: Int
  package var generations: [Row]

  enum CodingKeys: String, CodingKey {
    case name, state, outcome, generation, rung, rungs, phase, labelled, generations
    case phaseDone = "phase_done"
    case timeLeft_s = "time_left_s"
    case spent_s = "spent_s"
    case budgetLeft_s = "budget_left_s"
    case bound_eV_A = "bound_eV_per_A"
    case fractionWanted = "fraction_wanted"
  }

  /// Reads what is there; nothing is changed.
  /// - Throws: ``InputError`` for a folder that is none of a loop.
  package init(_ folder: LearningFolder) throws {
    let record = try LearningRecord.load(folder)
    let progress = try LearningProgress.load(folder)
    let done = try folder.generations()
    name = record.name
    outcome = progress?.outcome
    let isAlive = progress?.isAlive ?? false
    state = outcome != nil ? .done : isAlive ? .running : .stopped
    generation = done.last?.number ?? 0
    rung = done.last?.rung ?? 0
    rungs = record.rungs
    phase = outcome == nil ? done.last?.next : nil
    spent_s = progress?.spent_s ?? 0
    budgetLeft_s = outcome == nil ? record.time_s.map { [spent_s] in max(0, $0 - spent_s) } : nil
    bound_eV_A = record.deviation_eV_A
    fractionWanted = record.fraction
    labelled = done.reduce(0) { $0 + ($1.labelled?.labelled ?? 0) }
    generations = done.map { Row($0) }
    if let last = done.last, let phase {
      phaseDone = PhaseProgress(folder, record, last, done).done(phase)
      if isAlive, let progress, progress.phase == phase, progress.generation == last.number,
        let part = phaseDone,
        part > 0.02
      {
        timeLeft_s = progress.phase_s * (1 - part) / part
      }
    }
  }
}

extension LearningStatus.Row {
  init(_ one: Generation) {
    generation = one.number
    rung = one.rung
    next = one.next
    fractionBelow = one.explored?.fraction
    largestDeviation_eV_A = one.explored?.largest_eV_A
    deviations_eV_A = Dictionary(
      (one.explored?.kinds ?? []).map { ($0.name, $0.rms_eV_A) }, uniquingKeysWith: { first, _ in first })
    endedEarly = one.explored?.runs.count { $0.end != .whole } ?? 0
    brokenIons = one.explored?.brokenIons ?? 0
    candidates = one.selected?.candidates
    selected = one.selected?.chosen
    labelled = one.labelled?.labelled
    refused = one.labelled?.refused
    frames = one.trained?.frames
    errorOnNew = one.labelled?.errors?[.force]?.relative
    errorHeldOut = one.trained?.heldOut?[.force]?.relative
    cationErrorHeldOut = one.trained?.heldOut?[.force, .singleIons]?.relative
    seconds = one.seconds.values.reduce(0, +)
  }
}

/// How much of a phase is done.
private struct PhaseProgress {
  let folder: LearningFolder
  let record: LearningRecord
  let generation: Generation
  let done: [Generation]

  init(_ folder: LearningFolder, _ record: LearningRecord, _ generation: Generation, _ done: [Generation]) {
    (self.folder, self.record, self.generation, self.done) = (folder, record, generation, done)
  }

  private var files: GenerationFolder { folder.generation(generation.number) }

  /// From 0 to 1; nil where it is not known.
  func done(_ phase: Generation.Phase) -> Double? {
    switch phase {
    case .explore: explored
    case .select: nil
    case .label: labelled
    case .train: trained
    }
  }

  private var explored: Double? {
    guard let study = try? StudyDirectory(opening: files.study) else { return nil }
    let states = study.runs.indices.map { study.state(of: $0) }
    let steps = states.reduce(0) { $0 + $1.steps }
    // A run that has ended early is done.
    let taken = states.reduce(0) { $0 + (ExplorationReader.end($1) == nil ? $1.step : $1.steps) }
    return steps > 0 ? Double(taken) / Double(steps) : nil
  }

  private var labelled: Double? {
    guard let chosen = generation.selected?.chosen, chosen > 0 else { return nil }
    return min(1, Double(lines("\(files.path)/labelled.work/labels.jsonl")) / Double(chosen))
  }

  private var trained: Double? {
    let frames = done.reduce(0) { $0 + ($1.labelled?.training ?? 0) }
    let epochs = TrainingPhase.epochs(
      updates: record.updates, epochs: record.epochs, batch: record.batch, frames)
    guard epochs > 0 else { return nil }
    let taken = (1...max(1, record.committee)).reduce(0) { sum, number in
      let member = files.committee.member(number)
      return sum + (FileKind(at: member.summary) != nil ? epochs : lines("\(member.path)/loss.out"))
    }
    return min(1, Double(taken) / Double(record.committee * epochs))
  }

  private func lines(_ path: String) -> Int {
    (FileContents.own(path, most: 1 << 28) ?? Data()).count { $0 == 10 }
  }
}
