import NEP

/// All that training needs to go on from where it is.
package struct TrainingState: Sendable, Codable, Equatable {
  /// In the order of ``NEPModel/parameters``.
  package internal(set) var parameters: [Double]
  /// Of each element, or of all, eV.
  package internal(set) var biases_eV: [Double]
  /// Of the descriptors.
  package let scaling: [Double]
  private var adam: Adam
  /// The averaged parameters; empty without averaging.
  private(set) var mean: [Double] = []
  /// Epochs that are done, and batches of the next.
  package internal(set) var epoch = 0
  package internal(set) var batch = 0
  /// Of the batches of this epoch.
  var sums = LossSums()
  /// For the biases by least squares, without frames.
  let noBiases: EnergyBiases
  package internal(set) var history: [EpochRecord] = []
  var best: Best?
  /// Of the batches of an epoch.
  private var leastLoss: Double?
  /// After the epoch before this.
  private var last: Kept?
  /// The one with the least loss among those from which a further epoch went well: to it training goes back.
  private var sound: Kept?
  /// What the learning rate is multiplied with; halved by each way back.
  package private(set) var rateShare = 1.0
  /// Whether it has ended early.
  package internal(set) var hasStopped = false

  struct Best: Sendable, Codable, Equatable {
    let epoch: Int
    let loss: Double
    let parameters: [Double]
    let biases_eV: [Double]
  }

  /// All that the steps after an epoch follow from.
  private struct Kept: Sendable, Codable, Equatable {
    let epoch: Int
    let loss: Double
    let parameters: [Double]
    let biases_eV: [Double]
    let mean: [Double]
    let adam: Adam

    func fits(_ count: Int, biases: Int) -> Bool {
      parameters.count == count && biases_eV.count == biases && adam.fits(count)
        && (mean.isEmpty || mean.count == count)
    }
  }

  /// Before the first step.
  package init(_ model: NEPModel) {
    parameters = model.parameters
    biases_eV = model.biases_eV
    scaling = model.scaling
    adam = Adam(count: parameters.count)
    noBiases = EnergyBiases(types: model.elements.count, isByElement: model.version == 5)
  }

  /// Whether the numbers are those of a model of some sizes.
  func fits(_ template: NEPModel) -> Bool {
    let count = template.parameterCount
    let isWhole = parameters.count == count && adam.fits(count) && (mean.isEmpty || mean.count == count)
    return isWhole && biases_eV.count == template.biases_eV.count && scaling.count == template.scaling.count
      && noBiases.isByElement == (template.version == 5) && noBiases.vector.count == biases_eV.count
      && [last, sound].allSatisfy { $0?.fits(count, biases: biases_eV.count) ?? true }
      && rateShare > 0 && rateShare <= 1
      && (best.map { $0.parameters.count == count && $0.biases_eV.count == biases_eV.count } ?? true)
      && epoch >= 0 && batch >= 0
  }

  /// - Parameter template: of the same sizes.
  func model(_ template: NEPModel) -> NEPModel {
    var model = template.replacing(parameters: parameters)
    model.biases_eV = biases_eV
    return model
  }

  func averagedModel(_ template: NEPModel) -> NEPModel {
    var model = template.replacing(parameters: mean.isEmpty ? parameters : mean)
    model.biases_eV = biases_eV
    return model
  }

  /// Moves the biases by some of what the energies of a batch say, so that the network has no drift of its own to follow.
  mutating func followEnergies(_ batch: EnergyBiases) {
    for (index, change) in batch.changes_eV.enumerated() { biases_eV[index] += 0.1 * change }
  }

  /// The loss of an epoch's batches over the least of an epoch above which training has gone astray: noise doubles it at most.
  private static let astray = 4.0

  /// At the end of an epoch. Where it went astray, training goes back to an earlier epoch, with half the learning rate.
  /// - Parameter loss: of the epoch's batches; may be no number.
  /// - Returns: the epoch to which training has gone back; nil where it goes on.
  mutating func follow(loss: Double) -> Int? {
    if let leastLoss, !(loss < Self.astray * leastLoss), let back = sound ?? last {
      (parameters, biases_eV, mean) = (back.parameters, back.biases_eV, back.mean)
      adam.takeMeans(of: back.adam)
      rateShare /= 2
      last = back
      return back.epoch
    }
    if let last, last.loss <= sound?.loss ?? .infinity { sound = last }
    leastLoss = min(loss, leastLoss ?? .infinity)
    last = Kept(
      epoch: epoch + 1, loss: loss, parameters: parameters, biases_eV: biases_eV, mean: mean, adam: adam)
    return nil
  }

  /// One step of the optimiser. The average is an exponential mean over so many steps, and at first a plain mean.
  mutating func step(_ slopes: [Double], rate: LearningRate, averagedOver steps: Double) {
    adam.step(&parameters, slopes, rate: rateShare * rate.rate(adam.steps))
    guard steps > 0 else { return }
    if mean.isEmpty { mean = parameters }
    let share = max(1 / steps, 1 / Double(adam.steps))
    for index in parameters.indices { mean[index] += min(share, 1) * (parameters[index] - mean[index]) }
  }
}

/// The errors after an epoch.
package struct EpochRecord: Sendable, Codable, Equatable {
  /// From 1.
  package let epoch: Int
  /// Of each batch before its step.
  package let training: LossSums
  /// Of the averaged model.
  package internal(set) var validation: LossSums?
  /// The epoch to whose parameters training has gone back, as this one's loss was far above; nil where it went on.
  package internal(set) var wentBackTo: Int?
}

/// Why training can't go on.
package enum TrainingFailure: Error, Equatable, CustomStringConvertible {
  /// The gradient is no number.
  case diverged(epoch: Int)

  package var description: String {
    switch self {
    case .diverged(let epoch): "training diverged in epoch \(epoch): a lower learning rate may help"
    }
  }
}
