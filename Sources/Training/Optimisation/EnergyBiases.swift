import Mathematics
import NEP

/// The biases of a model's elements by least squares of its energies: Σ_frames w ((ΔE − Σ_t n_t x_t)/N)² is least for the
/// changes x. Where compositions do not tell, the smallest changes.
package struct EnergyBiases: Sendable, Codable, Equatable {
  /// Of the elements, or of all atoms together.
  let isByElement: Bool
  /// Σ w n n/N² and Σ w n ΔE/N².
  private(set) var matrix: [[Double]]
  private(set) var vector: [Double]

  init(types: Int, isByElement: Bool) {
    self.isByElement = isByElement
    let count = isByElement ? types : 1
    matrix = (0..<count).map { _ in [Double](repeating: 0, count: count) }
    vector = [Double](repeating: 0, count: count)
  }

  /// - Parameters:
  ///   - error_eV: model less label.
  ///   - factor: on the weight of the frame.
  mutating func add(_ frame: TrainingFrame, error_eV: Double, factor: Double = 1) {
    let atoms = Double(frame.atomCount)
    let numbers = isByElement ? frame.composition : [atoms]
    let weight = factor * frame.weight * frame.energyWeight / (atoms * atoms)
    for i in numbers.indices where numbers[i] > 0 {
      vector[i] += weight * numbers[i] * error_eV
      for j in numbers.indices { matrix[i][j] += weight * numbers[i] * numbers[j] }
    }
  }

  /// For a reduction over ranks.
  var numbers: [Double] { matrix.flatMap { $0 } + vector }

  mutating func set(numbers: ArraySlice<Double>) {
    let all = Array(numbers)
    let count = vector.count
    for i in 0..<count { matrix[i] = Array(all[(i * count)..<((i + 1) * count)]) }
    vector = Array(all[(count * count)...])
  }

  /// What the biases grow by, eV.
  var changes_eV: [Double] {
    let eigen = SymmetricEigen(matrix)
    let largest = eigen.values.max() ?? 0
    var changes = [Double](repeating: 0, count: vector.count)
    // Directions that hardly any frame tells of stay as they are.
    for (value, v) in zip(eigen.values, eigen.vectors) where value > 1e-9 * largest && value > 0 {
      let share = zip(v, vector).reduce(0) { $0 + $1.0 * $1.1 } / value
      for index in changes.indices { changes[index] += share * v[index] }
    }
    return changes
  }

  /// The number of compositions of frames that are independent.
  var rank: Int {
    let values = SymmetricEigen(matrix).values
    let largest = values.max() ?? 0
    return values.count { $0 > 1e-9 * largest && $0 > 0 }
  }
}

extension NEPModel {
  /// The biases that training solves for: of each element, or the common one.
  var biases_eV: [Double] {
    get { version == 5 ? networks.map(\.bias_eV) : [bias_eV] }
    set {
      if version == 5 {
        for (index, value) in newValue.enumerated() { networks[index].bias_eV = value }
      } else if let value = newValue.first {
        bias_eV = value
      }
    }
  }
}
