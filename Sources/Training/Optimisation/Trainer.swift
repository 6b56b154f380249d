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
    descend(found.slopes, steps: order.count)
    state.sums.add(found.loss)
    state.followEnergies(found.biases)
    state.batch += 1
    if state.batch >= order.count { try endEpoch() }
    return found.isStopping
  }

  /// The errors of a batch and the derivatives of its loss. Each rank computes what some of the atoms give: first to energies,
  /// forces and virials, then to the derivatives.
  private func evaluate(
    _ batch: ArraySlice<Int>, _ isStopping: Bool
  ) throws -> (slopes: [Double], loss: LossSums, biases: EnergyBiases, isStopping: Bool) {
    let frames = batch.map { training.frames[$0] }
    let shares = BatchOrder.atoms(of: frames, rank: communicator.rank, of: communicator.size)
    gradient.update(state.model(template))
    gradient.clear()
    let values = try values(frames, shares)
    var weights = LossSums()
    for frame in frames { loss.addWeights(of: frame, to: &weights) }
    var sums = LossSums()
    var biases = state.noBiases
    for (index, frame) in frames.enumerated() {
      add(frame, values[index], &sums, &biases)
      guard !shares[index].isEmpty else { continue }
      let slopes = loss.slopes(frame, values[index], batch: weights)
      gradient.addGradient(
        frame.geometry, energySlope: slopes.energy, forceSlopes: slopes.forces, virialSlope: slopes.virial,
        atoms: shares[index])
    }
    var numbers = gradient.derivatives + [isStopping ? 1 : 0]
    try communicator.reduce(&numbers, .sum)
    return (Array(numbers.dropLast()), sums, biases, numbers[numbers.count - 1] > 0)
  }

  /// What the model gives for frames, from all ranks.
  private func values(
    _ frames: [TrainingFrame], _ shares: [Range<Int>]
  ) throws -> [NEPGradient.Values] {
    var parts = zip(frames, shares).map { frame, atoms in
      atoms.isEmpty
        ? NEPGradient.Values(atoms: frame.atomCount) : gradient.evaluate(frame.geometry, atoms: atoms)
    }
    guard communicator.size > 1 else { return parts }
    var numbers = parts.flatMap(\.numbers)
    try communicator.reduce(&numbers, .sum)
    var rest = numbers[...]
    for index in parts.indices {
      let count = 3 * frames[index].atomCount + 10
      parts[index] = NEPGradient.Values(numbers: rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return parts
  }

  func add(
    _ frame: TrainingFrame, _ found: NEPGradient.Values, _ sums: inout LossSums, _ biases: inout EnergyBiases
  ) {
    loss.add(frame, found, to: &sums)
    if let energy = frame.energy_eV { biases.add(frame, error_eV: found.energy_eV - energy) }
  }

  /// One step of the optimiser; none where the gradient is no number, which the end of the epoch finds.
  private func descend(_ derivatives: [Double], steps: Int) {
    var slopes = derivatives
    let norm = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm.isFinite else { return }
    if let largest = settings.largestGradient, norm > largest {
      for index in slopes.indices { slopes[index] *= largest / norm }
    }
    let rate = LearningRate(
      highest: settings.learningRate, lowest: settings.learningRate * settings.lastRate,
      warmUp: Int(settings.warmUp * Double(steps)), total: settings.epochs * steps)
    state.step(slopes, rate: rate, averagedOver: settings.averaging * Double(steps))
  }
}
