import Foundation
import Mathematics
import NEP

extension NEPModel {
  /// A model before training: random coefficients; scalings that give each descriptor a range of 1 over the data; random
  /// networks, centred on their element's descriptors. Their weights are small, so that they begin nearly linear: with four
  /// times as large ones the force error after 13 epochs was a third larger.
  /// - Parameters:
  ///   - frames: the data.
  ///   - precision: of the descriptors.
  /// - Throws: `PotentialError`.
  package static func initial(
    _ architecture: NEPArchitecture, version: Int, frames: [TrainingFrame], seed: UInt64, source: String
  ) throws -> NEPModel {
    var model = NEPModel(architecture, source: source, version: version)
    var random = NormalNumbers(seed: seed)
    for (count, path) in [
      (model.radial.basisCount, \NEPModel.radial.coefficients),
      (model.angular.basisCount, \NEPModel.angular.coefficients),
    ] {
      let width = 0.5 / Double(count).squareRoot()
      for index in model[keyPath: path].indices { model[keyPath: path][index] = width * random.next() }
    }
    let spread = try DescriptorSpread(model, frames)
    model.scaling = spread.scaling
    for type in model.networks.indices { model.setNetwork(type, spread, &random) }
    try model.solveBiases(frames)
    return model
  }

  /// Sets the biases so that energies are right in the mean.
  mutating func solveBiases(_ frames: [TrainingFrame]) throws {
    var biases = EnergyBiases(types: elements.count, isByElement: version == 5)
    let gradient = try NEPGradient(self, precision: .double)
    for frame in frames {
      guard let energy = frame.energy_eV else { continue }
      biases.add(frame, error_eV: gradient.evaluate(frame.geometry).energy_eV - energy)
    }
    biases_eV = zip(biases_eV, biases.changes_eV).map { $0 + $1 }
  }

  private mutating func setNetwork(_ type: Int, _ spread: DescriptorSpread, _ random: inout NormalNumbers) {
    let count = descriptorCount
    let share = 0.25 / Double(count).squareRoot()
    for neuron in 0..<neuronCount {
      var centre = 0.0
      for d in 0..<count {
        let weight = share * random.next() / spread.deviations[type][d]
        networks[type].w0[neuron * count + d] = weight
        centre += weight * spread.means[type][d]
      }
      networks[type].b0[neuron] = centre + 0.5 * random.next()
      networks[type].w1[neuron] = 0.1 * random.next() / Double(neuronCount).squareRoot()
    }
  }
}

/// How descriptors are distributed over the atoms of a set.
private struct DescriptorSpread {
  /// One over the range of each.
  let scaling: [Double]
  /// Of the scaled ones, `[type][descriptor]`.
  let means: [[Double]]
  let deviations: [[Double]]

  init(_ model: NEPModel, _ frames: [TrainingFrame]) throws {
    let count = model.descriptorCount
    var low = [Double](repeating: .infinity, count: count)
    var high = [Double](repeating: -.infinity, count: count)
    var sums = model.elements.map { _ in [Double](repeating: 0, count: count) }
    var squares = sums
    var numbers = model.elements.map { _ in 0.0 }
    let gradient = try NEPGradient(model, precision: .double)
    for frame in frames {
      gradient.forEachEnvironment(frame.geometry) { type, values in
        numbers[type] += 1
        for d in 0..<count {
          low[d] = min(low[d], values[d])
          high[d] = max(high[d], values[d])
          sums[type][d] += values[d]
          squares[type][d] += values[d] * values[d]
        }
      }
    }
    let scaling = zip(low, high).map { $1 > $0 ? 1 / ($1 - $0) : 1 }
    self.scaling = scaling
    let means = zip(sums, numbers).map { sum, number in
      zip(sum, scaling).map { number > 0 ? $0 * $1 / number : 0 }
    }
    self.means = means
    deviations = squares.indices.map { type in
      (0..<count).map { d in
        guard numbers[type] > 0 else { return 1 }
        let mean = means[type][d]
        let variance = squares[type][d] * scaling[d] * scaling[d] / numbers[type] - mean * mean
        // A descriptor that an element hardly has must not count for more than others.
        return max(0.1, max(0, variance).squareRoot())
      }
    }
  }
}

/// Normal numbers of a seed, the same on every machine.
struct NormalNumbers {
  private var random: SplitMix64
  private var other: Double?

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func next() -> Double {
    if let number = other {
      other = nil
      return number
    }
    func uniform() -> Double { (Double(random.next() >> 11) + 0.5) / 9_007_199_254_740_992 }
    let (r, angle) = ((-2 * log(uniform())).squareRoot(), 2 * Double.pi * uniform())
    other = r * sin(angle)
    return r * cos(angle)
  }
}
