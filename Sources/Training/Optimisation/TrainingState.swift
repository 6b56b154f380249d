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
  /// Whether it has ended early.
  package internal(set) var hasStopped = false

  struct Best: Sendable, Codable, Equatable {
    let epoch: Int
    let loss: Double
    let parameters: [Double]
    let biases_eV: [Double]
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

  /// One step of the optimiser. The average is an exponential mean over so many steps, and at first a plain mean.
  mutating func step(_ slopes: [Double], rate: LearningRate, averagedOver steps: Double) {
    adam.step(&parameters, slopes, rate: rate.rate(adam.steps))
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
