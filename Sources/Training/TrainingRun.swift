import Crystal
import Digest
import Forces
import Foundation
import MPI
import ManifestFormat
import Model
import NEP
import PotentialKeys
import SinglePoints
import Support
import TrajectoryImport

/// A training as a command asks for it.
package struct TrainingRequest: Sendable {
  package var recipe: TrainingRecipe
  /// The folder of the results.
  package var output: String
  /// A model with which training starts.
  package var initial: String?
  /// Whether its energies are of another reference, and some of its elements may be left out.
  package var isFineTuning = false

  package init(_ recipe: TrainingRecipe, output: String) {
    self.recipe = recipe
    self.output = output
  }

  /// The folders of the models, in the order of their training.
  package var folders: [TrainingFolder] {
    let folder = TrainingFolder(output)
    return recipe.committee <= 1 ? [folder] : (1...recipe.committee).map { folder.member($0) }
  }
}

/// What is told while a training goes on.
package enum TrainingEvent: Sendable {
  case data(training: Int, validation: Int, atoms: Int, elements: [String], parameters: Int)
  case resumed(member: Int, epoch: Int)
  case epoch(member: Int, EpochRecord, of: Int, seconds: Double)
  case finished(member: Int, model: String, errors: EpochRecord)
}

/// Trains the models of a request on the ranks of a job, from where an earlier attempt has come to.
package final class TrainingRun {
  private let request: TrainingRequest
  private let communicator: Communicator
  private let report: (TrainingEvent) -> Void
  private let entries: LabelledFrames
  private let template: NEPModel
  private let initial: NEPModel?
  private let training: [TrainingFrame]
  private let validation: [TrainingFrame]
  private let base: TrainingBase?
  private let digest: String
  /// The digest, and that of versions in which the place of a base stood for its content.
  private let inputs: [String]
  private let rules: IonRules

  /// Reads the data.
  /// - Parameter report: is called on every rank.
  /// - Throws: ``InputError`` with file, line and frame or key.
  package init(
    _ request: TrainingRequest, communicator: Communicator, report: @escaping (TrainingEvent) -> Void
  ) throws {
    self.request = request
    self.communicator = communicator
    self.report = report
    let recipe = request.recipe
    let files = try recipe.data.files()
    rules = files.rules
    do {
      entries = try LabelledFrames(files)
      let model = try request.startingModel(entries)
      base = try recipe.base.map { try TrainingBase($0) }
      try base?.check(in: TrainingFolder(request.output))
      initial = model.initial
      template = model.template
      (training, validation) = try entries.prepared(
        for: template, base: base.map { LoadedPotential.forceField($0.forceField) }, rules: files.rules,
        needsIons: recipe.settings.loss.usesIons, communicator: communicator)
    } catch let problem as TrajectoryProblem {
      throw InputError(
        place: SourcePlace(file: problem.file, line: problem.line), key: problem.place, found: problem.found,
        wanted: problem.wanted)
    } catch let error as PotentialError {
      throw InputError(error.description)
    }
    if files.checksEnergies {
      try TrainingFrame.checkEnergies(training + validation, elements: template.elements.count)
    }
    let digest = try request.digest(entries, template, initial, base: base?.identity ?? "")
    var inputs = [digest]
    if case .file(let file)? = recipe.base {
      inputs.append(try request.digest(entries, template, initial, base: file.path))
    }
    self.digest = digest
    self.inputs = inputs
    report(
      .data(
        training: training.count, validation: validation.count,
        atoms: training.reduce(0) { $0 + $1.atomCount }, elements: template.elements,
        parameters: template.parameterCount))
  }

  /// Trains every model that is not trained yet.
  /// - Throws: ``StoppedError`` after a signal, with a checkpoint; `MPIError`; ``FileError``.
  package func train() throws {
    let folder = TrainingFolder(request.output)
    let count = request.recipe.committee
    for (number, folder) in zip(1..., request.folders) { try train(number, in: folder) }
    guard communicator.isRoot else { return }
    try base?.copy(to: folder)
    if count > 1 {
      for number in 1...count {
        let copy = folder.path + "/" + TrainingFolder.copyName(number)
        try AtomicFile.replace(copy) { try FileCopy.copy(folder.member(number).model, as: $0, named: copy) }
      }
    }
    try AtomicFile.write(
      request.potentialDescription(template.elements, training.count), to: folder.path + "/potential.yaml")
  }

  private func train(_ number: Int, in folder: TrainingFolder) throws {
    if communicator.isRoot { try folder.make() }
    try communicator.barrier()
    // A model that is gone is written again from the last checkpoint.
    if try TrainingSummary.isDone(folder.summary, inputs: inputs), try folder.hasModel() { return }
    var settings = request.recipe.settings
    settings.seed &+= UInt64(number - 1)
    let earlier = try TrainingCheckpoint.load(folder.checkpoint, inputs: inputs)
    let start = try earlier.map { template.scaled($0.scaling) } ?? startingModel(settings.seed)
    let trainer = try Trainer(
      earlier ?? TrainingState(start), of: start, settings: settings, training: training,
      validation: validation,
      precision: request.recipe.precision, communicator: communicator)
    guard trainer.state.fits(start) else {
      throw InputError(
        place: SourcePlace(file: folder.checkpoint), found: "a checkpoint with other numbers of parameters",
        wanted: "one of this model", message: "remove it to train from the start")
    }
    if let earlier { report(.resumed(member: number, epoch: earlier.epoch)) }
    try run(trainer, number, folder)
    try finish(trainer, number, folder)
  }

  private func startingModel(_ seed: UInt64) throws -> NEPModel {
    if let initial { return request.isFineTuning ? try initial.solvingBiases(training) : initial }
    do {
      return try NEPModel.initial(
        NEPArchitecture(of: template), version: template.version, frames: training, seed: seed,
        source: template.source)
    } catch let error as PotentialError { throw InputError(error.description) }
  }

  private func run(_ trainer: Trainer, _ number: Int, _ folder: TrainingFolder) throws {
    let watch = Stopwatch()
    var saved_s = 0.0
    var epochs_s = 0.0
    func save() throws {
      guard communicator.isRoot else { return }
      try folder.writeLosses(trainer.state.history, trainer.settings.loss)
      try TrainingCheckpoint(input: digest, state: trainer.state).write(to: folder.checkpoint)
    }
    while !trainer.isDone {
      let before = trainer.state.epoch
      let isStopping = try step(trainer)
      if trainer.state.epoch > before, let record = trainer.state.history.last {
        report(
          .epoch(
            member: number, record, of: trainer.settings.epochs, seconds: watch.elapsed_s - epochs_s))
        epochs_s = watch.elapsed_s
      }
      if isStopping {
        try save()
        throw StoppedError("stopped in epoch \(trainer.state.epoch + 1); the same command goes on from here")
      }
      // Every rank holds the same state, so that only rank 0's clock counts.
      if watch.elapsed_s - saved_s > request.recipe.checkpoint_s {
        saved_s = watch.elapsed_s
        try save()
      }
    }
    try save()
  }

  private func step(_ trainer: Trainer) throws -> Bool {
    do { return try trainer.step(isStopping: StopSignal.count > 0) } catch let failure as TrainingFailure {
      throw RunFailure(failure.description)
    }
  }

  private func finish(_ trainer: Trainer, _ number: Int, _ folder: TrainingFolder) throws {
    let model = try trainer.finalModel()
    let record = EpochRecord(
      epoch: trainer.state.epoch,
      training: try trainer.errors(of: model, trainer.training, trainer.training.all).loss,
      validation: validation.isEmpty
        ? nil : try trainer.errors(of: model, trainer.validation, trainer.validation.all).loss)
    if communicator.isRoot {
      let written = request.recipe.format == .nep5 ? model.withTypeBiases : model.withoutTypeBiases
      let text = written.text(mostNeighbours: mostNeighbours)
      try AtomicFile.write(text, to: folder.model)
      let gradient = try NEPGradient(model, precision: request.recipe.precision)
      let trained = training.map { TrainingPrediction($0, gradient) }
      let tested = validation.map { TrainingPrediction($0, gradient) }
      try folder.writePredictions(trained, "train")
      try folder.writePredictions(tested, "test")
      let summary = TrainingSummary(
        input: digest, epochs: trainer.state.history, final: record, settings: trainer.settings,
        elements: model.elements, parameters: model.parameterCount,
        model: TrainedModel(model, number: number, recipe: request.recipe),
        errors: TrainingErrors(entries, training: trained, validation: tested, rules: rules),
        modelDigest: SHA256.hexadecimal(of: text))
      try AtomicFile.write(try fileJSON(summary), to: folder.summary)
    }
    try communicator.barrier()
    report(.finished(member: number, model: folder.model, errors: record))
  }

  /// Of the angular functions not more than of the radial ones.
  private var mostNeighbours: (radial: Int, angular: Int) {
    let most = (training + validation).map(\.geometry.mostNeighbours).max() ?? 0
    return (most, most)
  }
}

extension NEPModel {
  fileprivate func scaled(_ scaling: [Double]) -> NEPModel {
    var model = self
    model.scaling = scaling
    return model
  }

  fileprivate func solvingBiases(_ frames: [TrainingFrame]) throws -> NEPModel {
    var model = self
    try model.solveBiases(frames)
    return model
  }
}
