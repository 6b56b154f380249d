import Checkpoints
import Foundation
import Trajectory

/// What a run's checkpoint holds beside the arrays of the simulation and its correlations: where the run stands.
package struct RunCheckpoint: Equatable, Sendable {
  /// Names in the file.
  package enum Key: String, CaseIterable, Sendable {
    case stage
    case lastSteps = "last_steps"
    case stageStep = "stage_step"
    case blocks
    case minimiser
    case energyAtStart = "energy_at_start"
    case meanCell = "mean_cell"
    case extrapolation
    case version
  }

  package static let doubleKeys: [Key] = [.minimiser, .energyAtStart, .meanCell, .extrapolation]
  package static let integerKeys: [Key] = [.stageStep, .blocks]
  package static let textKeys: [Key] = [.stage, .lastSteps, .version]

  package var stage: RunStage
  /// Steps done of the stage.
  package var stageStep: Int
  /// Blocks that the record is divided into.
  package var blocks: Int
  /// Last recorded step of each series.
  package var lastSteps: [String: Int]
  /// State of a minimisation that is under way; empty for none.
  package var minimiser: [Double] = []
  /// Conserved energy at the start of the stage, eV.
  package var energyAtStart_eV: Double?
  /// Sums of the cell over the stage, for one that begins with its mean; empty for none.
  package var meanCell: [Double] = []
  /// How far atoms have left a model's training set so far; nil without an active set.
  package var extrapolation: ExtrapolationCount?
  /// Version of the program that wrote it; nil in the checkpoints of older ones.
  package var version: String?

  package init(
    stage: RunStage, stageStep: Int, blocks: Int, lastSteps: [String: Int], minimiser: [Double] = [],
    energyAtStart_eV: Double? = nil, meanCell: [Double] = [], extrapolation: ExtrapolationCount? = nil,
    version: String? = nil
  ) {
    self.stage = stage
    self.stageStep = stageStep
    self.blocks = blocks
    self.lastSteps = lastSteps
    self.minimiser = minimiser
    self.energyAtStart_eV = energyAtStart_eV
    self.meanCell = meanCell
    self.extrapolation = extrapolation
    self.version = version
  }

  /// - Parameter file: of the checkpoint, for the error.
  /// - Throws: `RecordError` where something is missing or makes no sense.
  package init(_ content: CheckpointContent, file: String) throws(RecordError) {
    func wrong(_ place: String, _ found: String, _ wanted: String) -> RecordError {
      RecordError(file: file, place: place, message: "found \(found), wanted \(wanted)")
    }
    func text(_ key: Key) -> String? { content.text[key.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
    func integer(_ key: Key, _ range: ClosedRange<Int>) throws(RecordError) -> Int {
      let values = content.integers[key.rawValue] ?? []
      guard values.count == 1, let value = Int(exactly: values[0]), range.contains(value) else {
        throw wrong(
          "/integers/\(key.rawValue)", values.count == 1 ? "\(values[0])" : "\(values.count) numbers",
          "one from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    guard let stage = text(.stage).flatMap(RunStage.init(rawValue:)), stage != .start else {
      throw wrong("/text/\(Key.stage.rawValue)", "'\(text(.stage)?.prefix(40) ?? "")'", "a stage")
    }
    guard
      let lastSteps = try? JSONDecoder().decode(
        [String: Int].self, from: Data((text(.lastSteps) ?? "").utf8)),
      lastSteps.values.allSatisfy(RecordLimits.steps.contains)
    else { throw wrong("/text/\(Key.lastSteps.rawValue)", "no steps", "a step of each series") }
    let energy = content.doubles[Key.energyAtStart.rawValue] ?? []
    guard energy.count <= 1, energy.allSatisfy({ abs($0) < 1e15 }) else {
      throw wrong("/doubles/\(Key.energyAtStart.rawValue)", "\(energy.prefix(3))", "an energy in eV")
    }
    let count = content.doubles[Key.extrapolation.rawValue] ?? []
    let extrapolation = ExtrapolationCount(count)
    guard count.isEmpty || extrapolation != nil else {
      throw wrong("/doubles/\(Key.extrapolation.rawValue)", "\(count.prefix(8))", "counts of atoms and steps")
    }
    self.init(
      stage: stage, stageStep: try integer(.stageStep, RecordLimits.steps),
      blocks: try integer(.blocks, 1...RecordLimits.blocks), lastSteps: lastSteps,
      minimiser: content.doubles[Key.minimiser.rawValue] ?? [], energyAtStart_eV: energy.first,
      meanCell: content.doubles[Key.meanCell.rawValue] ?? [], extrapolation: extrapolation,
      version: text(.version))
  }

  /// Adds it to what a checkpoint is to hold.
  /// - Throws: `EncodingError`.
  package func save(to content: inout CheckpointContent) throws {
    content.text[Key.stage.rawValue] = stage.rawValue
    content.text[Key.lastSteps.rawValue] = String(
      decoding: try JSONEncoder().encode(lastSteps), as: UTF8.self)
    content.text[Key.version.rawValue] = version
    content.integers[Key.stageStep.rawValue] = [Int64(stageStep)]
    content.integers[Key.blocks.rawValue] = [Int64(blocks)]
    if !minimiser.isEmpty { content.doubles[Key.minimiser.rawValue] = minimiser }
    if !meanCell.isEmpty { content.doubles[Key.meanCell.rawValue] = meanCell }
    if let count = extrapolation?.doubles, !count.isEmpty {
      content.doubles[Key.extrapolation.rawValue] = count
    }
    if let energyAtStart_eV { content.doubles[Key.energyAtStart.rawValue] = [energyAtStart_eV] }
  }
}

extension StudyDirectory {
  /// Where a run's newest usable checkpoint stands; `start` without one.
  ///
  /// A checkpoint that can't be read counts as none: the run can't resume from it.
  package func progress(of index: Int) -> AttemptRecord.Progress {
    var newest: RunCheckpoint?
    do {
      _ = try CheckpointStore(directory: runPath(index)).loadNewest { content, path in
        newest = try RunCheckpoint(content, file: path)
      }
    } catch { return .start }
    guard let checkpoint = newest, checkpoint.stageStep <= max(runs[index].manifest.steps, 1 << 20) else {
      return .start
    }
    return AttemptRecord.Progress(stage: checkpoint.stage, step: checkpoint.stageStep)
  }
}
