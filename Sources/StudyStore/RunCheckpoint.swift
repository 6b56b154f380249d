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
    case version
  }

  package static let doubleKeys: [Key] = [.minimiser, .energyAtStart]
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
  /// Version of the program that wrote it; nil in the checkpoints of older ones.
  package var version: String?

  package init(
    stage: RunStage, stageStep: Int, blocks: Int, lastSteps: [String: Int], minimiser: [Double] = [],
    energyAtStart_eV: Double? = nil, version: String? = nil
  ) {
    self.stage = stage
    self.stageStep = stageStep
    self.blocks = blocks
    self.lastSteps = lastSteps
    self.minimiser = minimiser
    self.energyAtStart_eV = energyAtStart_eV
    self.version = version
  }

  /// - Returns: nil where something is missing or makes no sense.
  package init?(_ content: CheckpointContent) {
    func text(_ key: Key) -> String? { content.text[key.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
    func integer(_ key: Key) -> Int? { content.integers[key.rawValue]?.first.map { Int($0) } }
    guard let stage = text(.stage).flatMap(RunStage.init), stage != .start,
      let stageStep = integer(.stageStep),
      stageStep >= 0, let blocks = integer(.blocks), blocks > 0, let steps = text(.lastSteps),
      let lastSteps = try? JSONDecoder().decode([String: Int].self, from: Data(steps.utf8))
    else { return nil }
    self.init(
      stage: stage, stageStep: stageStep, blocks: blocks, lastSteps: lastSteps,
      minimiser: content.doubles[Key.minimiser.rawValue] ?? [],
      energyAtStart_eV: content.doubles[Key.energyAtStart.rawValue]?.first, version: text(.version))
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
    if let energyAtStart_eV { content.doubles[Key.energyAtStart.rawValue] = [energyAtStart_eV] }
  }
}

extension StudyDirectory {
  /// Where a run's newest usable checkpoint stands; `start` without one.
  ///
  /// A checkpoint that can't be read counts as none: the run can't resume from it.
  package func progress(of index: Int) -> AttemptRecord.Progress {
    guard let content = try? CheckpointStore(directory: runPath(index)).loadNewest()?.content,
      let checkpoint = RunCheckpoint(content)
    else { return .start }
    return AttemptRecord.Progress(stage: checkpoint.stage, step: checkpoint.stageStep)
  }
}
