import NEP

extension Trainer {
  /// Frames of the training set with which the biases of the averaged parameters are solved after each epoch.
  private static let biasFrames = 64

  /// The least share of the learning rate with which training still goes on.
  private static let leastRate = 1.0 / 64

  /// The model with the averaged parameters, and biases that fit its energies on some of the training set.
  /// - Parameter isFinal: on all of it.
  /// - Throws: `MPIError`.
  package func averagedModel(isFinal: Bool) throws -> NEPModel {
    var model = state.averagedModel(template)
    let count = training.frames.count
    let used = isFinal ? count : min(count, Self.biasFrames)
    let frames = (0..<used).map { $0 * count / used }
    let biases = try errors(of: model, training, frames[...]).biases
    model.biases_eV = zip(model.biases_eV, biases.changes_eV).map { $0 + $1 }
    return model
  }

  /// Measures the model. An epoch that went astray is undone.
  func endEpoch() throws {
    var record = EpochRecord(epoch: state.epoch + 1, training: state.sums, validation: nil)
    record.wentBackTo = state.follow(loss: state.sums.loss(settings.loss))
    guard state.rateShare >= Self.leastRate, record.wentBackTo != nil || state.sums.isFinite else {
      throw TrainingFailure.diverged(epoch: state.epoch + 1)
    }
    if !validation.frames.isEmpty {
      let model = try averagedModel(isFinal: false)
      let found = try errors(of: model, validation, validation.all).loss
      record.validation = found
      let loss = found.loss(settings.loss)
      if settings.patience != nil, loss < state.best?.loss ?? .infinity {
        state.best = TrainingState.Best(
          epoch: state.epoch + 1, loss: loss, parameters: model.parameters, biases_eV: model.biases_eV)
      }
    }
    state.epoch += 1
    state.batch = 0
    // Sums that are no numbers can't be written.
    if record.training.isFinite, record.validation?.isFinite ?? true { state.history.append(record) }
    state.sums = LossSums()
    if let patience = settings.patience, let best = state.best, state.epoch - best.epoch >= patience {
      state.hasStopped = true
    }
  }

  /// The model that training ends with: the one of the epoch with the least loss on the validation set where training may
  /// stop early, else the averaged one.
  /// - Throws: `MPIError`.
  package func finalModel() throws -> NEPModel {
    // Without a step the model is the one that training began with.
    guard state.epoch > 0 || state.batch > 0 else { return state.model(template) }
    guard let best = state.best else { return try averagedModel(isFinal: true) }
    var model = template.replacing(parameters: best.parameters)
    model.biases_eV = best.biases_eV
    let biases = try errors(of: model, training, training.all).biases
    model.biases_eV = zip(model.biases_eV, biases.changes_eV).map { $0 + $1 }
    return model
  }

  /// The errors of a model on frames of a set, each rank its share.
  /// - Throws: `MPIError`.
  package func errors(
    of model: NEPModel, _ set: TrainingSet, _ frames: ArraySlice<Int>
  ) throws -> (loss: LossSums, biases: EnergyBiases) {
    gradient.update(model)
    var sums = LossSums()
    var biases = state.noBiases
    for index in set.share(of: frames, communicator) {
      add(set.frames[index], gradient.evaluate(set.frames[index].geometry), &sums, &biases)
    }
    var numbers = sums.numbers + biases.numbers
    try communicator.reduce(&numbers, .sum)
    biases.set(numbers: numbers[LossSums.numberCount...])
    return (LossSums(numbers: numbers[..<LossSums.numberCount]), biases)
  }
}
