import Foundation
import MPI
import ManifestFormat
import Support
import Training

/// Trains the committee of a generation on the frames of all generations so far.
struct TrainingPhase {
  let recipe: LearningRecipe
  let folder: LearningFolder
  let generation: Generation
  let earlier: [Generation]

  private var files: GenerationFolder { folder.generation(generation.number) }

  /// The frames with which errors are measured; nil without any.
  /// - Throws: ``InputError``, ``FileError``.
  func heldOutFrames(isRoot: Bool) throws -> String? {
    if let given = recipe.heldOut.frames { return given.path }
    let all = (earlier + [generation]).map { folder.generation($0.number).test }
    guard (earlier + [generation]).contains(where: { ($0.labelled?.heldOut ?? 0) > 0 }) else { return nil }
    if isRoot {
      var text = ""
      for path in all { try CandidateFile.forEachText(path) { text += $0 } }
      try AtomicFile.write(text, to: files.heldOut)
    }
    return files.heldOut
  }

  /// Trains on the ranks of a job, from where an earlier attempt has come to.
  /// - Throws: ``StoppedError`` after a signal; ``InputError``; ``FileError``.
  func run(on communicator: Communicator, report: @escaping (TrainingEvent) -> Void) throws {
    var training = recipe.train.recipe
    training.name = recipe.name
    let all = earlier + [generation]
    training.data.training = all.filter { ($0.labelled?.training ?? 0) > 0 }.map {
      InputFile(path: folder.generation($0.number).training, name: folder.generation($0.number).training)
    }
    let heldOut = try heldOutFrames(isRoot: communicator.isRoot)
    try communicator.barrier()
    training.data.validation = heldOut.map { [InputFile(path: $0, name: $0)] } ?? []
    // Frames of broken dynamics may lie high.
    training.data.checksEnergies = .no
    training.settings.epochs = Self.epochs(recipe.train, frames: frames)
    try TrainingRun(
      TrainingRequest(training, output: files.committee.path), communicator: communicator, report: report
    ).train()
  }

  var frames: Int { (earlier + [generation]).reduce(0) { $0 + ($1.labelled?.training ?? 0) } }

  /// What the training has given.
  /// - Parameter communicator: of one rank.
  func record(on communicator: Communicator) throws -> TrainingRecord {
    let errors = try heldOutFrames(isRoot: true).map {
      try CommitteeErrors.evaluate(files.potential, $0, on: communicator)
    }
    return TrainingRecord(
      frames: frames, epochs: Self.epochs(recipe.train, frames: frames), heldOut: errors)
  }

  /// Passes over the frames in which the optimiser takes its steps.
  static func epochs(_ keys: LearningRecipe.TrainKeys, frames: Int) -> Int {
    epochs(
      updates: keys.updates, epochs: keys.recipe.settings.epochs, batch: keys.recipe.settings.batch, frames)
  }

  static func epochs(updates: Int?, epochs: Int, batch: Int, _ frames: Int) -> Int {
    guard let updates else { return epochs }
    let batches = max(1, (frames + batch - 1) / batch)
    return max(1, (updates + batches - 1) / batches)
  }
}
