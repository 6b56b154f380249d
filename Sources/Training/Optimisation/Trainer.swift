import MPI
import Model
import NEP

/// Trains one model on the frames of a set, on all ranks of a job.
///
/// The parameters, and all that follows from them, are the same on every rank; each computes a share of the frames of each
/// batch, and one reduction adds up the gradient.
package final class Trainer {
  package internal(set) var state: TrainingState
  package let settings: TrainingSettings
  /// The model that parameters and biases are put into.
  let template: NEPModel
  package let training: TrainingSet
  package let validation: TrainingSet
  let communicator: Communicator
  let gradient: NEPGradient
  let loss: TrainingLoss

  /// - Parameter template: with the scalings of the descriptors.
  /// - Throws: `PotentialError`.
  package init(
    _ state: TrainingState, of template: NEPModel, settings: TrainingSettings, training: [TrainingFrame],
    validation: [TrainingFrame], precision: Precision, communicator: Communicator
  ) throws {
    self.state = state
    self.template = template
    self.settings = settings
    self.training = TrainingSet(training)
    self.validation = TrainingSet(validation)
    self.communicator = communicator
    gradient = try NEPGradient(template, precision: precision)
    loss = TrainingLoss(settings.loss, elements: template.elements)
  }

  package var isDone: Bool { state.hasStopped || state.epoch >= settings.epochs }
  /// Batches of an epoch.
  package var batchCount: Int { order.count }

  private var order: BatchOrder {
    BatchOrder(count: training.frames.count, size: settings.batch, seed: settings.seed, epoch: state.epoch)
  }

  /// Trains on the next batch. After the last of an epoch the epoch is ended, with an entry in the history.
  /// - Parameter isStopping: whether this rank has been asked to stop.
  /// - Returns: whether any has.
  /// - Throws: `MPIError`, ``TrainingFailure``.
  package func step(isStopping: Bool = false) throws -> Bool {
    let order = order
    let batch = order[min(state.batch, order.count - 1)]
    let found = try evaluate(batch, isStopping)
    try descend(found.slopes, steps: order.count)
    state.sums.add(found.loss)
    state.followEnergies(found.biases)
    state.batch += 1
    if state.batch >= order.count { try endEpoch() }
    return found.isStopping
  }

  /// The errors of a batch and the derivatives of its loss.
  private func evaluate(
    _ batch: ArraySlice<Int>, _ isStopping: Bool
  ) throws -> (slopes: [Double], loss: LossSums, biases: EnergyBiases, isStopping: Bool) {
    var weights = LossSums()
    for index in batch { loss.addWeights(of: training.frames[index], to: &weights) }
    gradient.update(state.model(template))
    gradient.clear()
    var sums = LossSums()
    var biases = state.noBiases
    for index in training.share(of: batch, communicator) {
      let frame = training.frames[index]
      let found = gradient.evaluate(frame.geometry)
      add(frame, found, &sums, &biases)
      let slopes = loss.slopes(frame, found, batch: weights)
      gradient.addGradient(
        frame.geometry, energySlope: slopes.energy, forceSlopes: slopes.forces, virialSlope: slopes.virial)
    }
    var numbers = gradient.derivatives
    let count = numbers.count
    numbers += sums.numbers + [isStopping ? 1 : 0] + biases.numbers
    try communicator.reduce(&numbers, .sum)
    let rest = numbers[count...]
    let stops = rest[rest.startIndex + LossSums.numberCount]
    biases.set(numbers: rest.dropFirst(LossSums.numberCount + 1))
    return (Array(numbers[..<count]), LossSums(numbers: rest.prefix(LossSums.numberCount)), biases, stops > 0)
  }

  func add(
    _ frame: TrainingFrame, _ found: NEPGradient.Values, _ sums: inout LossSums, _ biases: inout EnergyBiases
  ) {
    loss.add(frame, found, to: &sums)
    if let energy = frame.energy_eV { biases.add(frame, error_eV: found.energy_eV - energy) }
  }

  /// One step of the optimiser.
  /// - Throws: ``TrainingFailure`` where the gradient is no number.
  private func descend(_ derivatives: [Double], steps: Int) throws {
    var slopes = derivatives
    let norm = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm.isFinite else { throw TrainingFailure.diverged(epoch: state.epoch + 1) }
    if let largest = settings.largestGradient, norm > largest {
      for index in slopes.indices { slopes[index] *= largest / norm }
    }
    let rate = LearningRate(
      highest: settings.learningRate, lowest: settings.learningRate * settings.lastRate,
      warmUp: Int(settings.warmUp * Double(steps)), total: settings.epochs * steps)
    state.step(slopes, rate: rate, averagedOver: settings.averaging * Double(steps))
  }
}
