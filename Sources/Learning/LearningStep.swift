import Foundation
import MPI
import StudyStore
import Support
import Training

/// One phase of a generation, or a part of it, in a process of its own: MPI can be started once in a process.
package struct LearningStep: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case select, label, train
    /// Errors of a committee that is trained.
    case assess
  }

  let kind: Kind
  let recipe: LearningRecipe
  let folder: LearningFolder

  /// - Parameters:
  ///   - file: of the recipe.
  ///   - output: the folder of the loop.
  /// - Throws: ``InputError``.
  package init(_ kind: Kind, file: String, output: String) throws {
    self.kind = kind
    recipe = try LearningRecipe(contentsOf: file)
    folder = LearningFolder(output)
  }

  /// Does the step for the last generation that has begun.
  /// - Parameters:
  ///   - communicator: of one rank, unless this is a training.
  ///   - log: receives lines for the user.
  /// - Throws: ``StoppedError`` after a signal; ``InputError``, ``RunFailure``, ``FileError``.
  package func run(
    on communicator: Communicator, log: @escaping @Sendable (String) -> Void
  ) async throws {
    let work = try work(communicator)
    defer { work.hold?.end() }
    var generation = work.generation
    switch kind {
    case .select:
      generation.selected = try SelectionPhase(
        recipe: recipe, folder: folder, generation: generation, earlier: work.earlier
      ).run(on: communicator)
    case .label:
      generation.labelled = try await LabelPhase(
        recipe: recipe, folder: folder, generation: generation, earlier: work.earlier, log: log
      ).run(on: communicator)
    case .train: return try train(work, communicator, log)
    case .assess:
      generation.trained = try TrainingPhase(
        recipe: recipe, folder: folder, generation: generation, earlier: work.earlier
      ).record(on: communicator)
    }
    try generation.write(to: folder.generation(generation.number))
  }

  /// Trains on all ranks.
  /// - Throws: as ``run(on:log:)``.
  package func train(on communicator: Communicator, log: @escaping (String) -> Void) throws {
    let work = try work(communicator)
    defer { work.hold?.end() }
    try train(work, communicator, log)
  }

  private func train(_ work: Work, _ communicator: Communicator, _ log: @escaping (String) -> Void) throws {
    let phase = TrainingPhase(
      recipe: recipe, folder: folder, generation: work.generation, earlier: work.earlier)
    try phase.run(on: communicator) { event in
      guard communicator.isRoot, let text = event.learningText else { return }
      log(text)
    }
  }

  private struct Work {
    var generation: Generation
    var earlier: [Generation]
    /// Of the first rank: a step that a killed command has left may take a second to notice.
    var hold: StudyHold?
  }

  private func work(_ communicator: Communicator) throws -> Work {
    let generations = try folder.generations()
    guard let last = generations.last else {
      throw InputError(
        place: SourcePlace(file: folder.path), found: "no generation", wanted: "one that has begun")
    }
    let hold =
      communicator.isRoot
      ? try StudyHold(.results, of: folder.path, command: "learn", wait_s: Self.patience_s) : nil
    try communicator.barrier()
    return Work(generation: last, earlier: generations.dropLast(), hold: hold)
  }

  private static let patience_s = 60.0
}

extension TrainingEvent {
  /// What a loop says of a training.
  fileprivate var learningText: String? {
    switch self {
    case .data(let training, let validation, let atoms, _, let parameters):
      "\(training) frames to train (\(atoms) atoms), \(validation) held out; \(parameters) parameters"
    case .resumed(let member, let epoch): "model \(member) goes on after epoch \(epoch)"
    case .epoch: nil
    case .finished(let member, _, let errors):
      "model \(member): "
        + [("training", errors.training.plainForce.root), ("held out", errors.validation?.plainForce.root)]
        .compactMap { name, error in error.map { String(format: "%@ %.4f eV/Å", name, $0) } }
        .joined(separator: ", ")
    }
  }
}

/// Ends this process when another one ends.
package enum DriverWatch {
  /// - Parameters:
  ///   - pid: of the other process.
  ///   - start: that tells it from a later one of its number.
  package static func follow(pid: Int, start: UInt64) {
    Thread.detachNewThread {
      while ProcessTable.entry(of: pid)?.start == start { Thread.sleep(forTimeInterval: 0.5) }
      // Nobody is left to tell; what is on disk is whole at any moment.
      _exit(1)
    }
  }
}
