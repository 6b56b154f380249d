import Foundation
import Mathematics
import Model

extension NEPActiveSet {
  /// What was found for one element.
  package struct Coverage: Sendable, Equatable {
    package let element: String
    /// Atoms of the training set.
    package let atoms: Int
    /// Of the projection's numbers, those that its atoms span; the others are not graded.
    package let rank: Int
    /// The largest factor of an atom of the training set.
    package let largestGrade: Double
  }

  /// What is shorter than this, relative to the longest projection, counts as nothing: the tools `nep_maker` and
  /// `nep_active` cut off singular values there, because GPUMD computes in single precision.
  private static let relativeFloor = 1e-8
  /// The largest grade of the training set.
  private static let tolerance = 1.01
  /// Atoms whose projections are in memory at a time, for a projection of 1000 numbers.
  private static let blockSize = 4_000_000
  private static let mostSweeps = 20

  /// Chooses by MaxVol, for each element, the environments of a training set of which every other one of it is a combination
  /// with factors of at most 1.01.
  ///
  /// Where a training set spans fewer dimensions than a projection has numbers, the rest is not graded.
  /// - Parameters:
  ///   - descriptors: of the atoms of the training set, by element, with the model's scaling: `[atom][descriptor]`. Projections
  ///     are computed from them as they are needed, and never all in memory.
  /// - Throws: `PotentialError` for an element that the model does not know, or descriptors that are no finite numbers;
  ///   `LAPACKError`.
  package static func build(
    _ model: NEPModel, descriptors: [String: [Double]]
  ) throws -> (set: NEPActiveSet, coverage: [Coverage]) {
    var factors: [String: [Double]] = [:]
    var coverage: [Coverage] = []
    for (element, values) in descriptors.sorted(by: { $0.key < $1.key }) {
      guard let type = model.elements.firstIndex(of: element) else {
        throw PotentialError(
          "\(model.source) knows no \(element); it knows \(model.elements.joined(separator: ", "))")
      }
      guard values.allSatisfy(\.isFinite) else {
        throw PotentialError("a descriptor of \(element) is no number: atoms may be on one another")
      }
      let environments = Environments(
        network: model.network(of: type), descriptorCount: model.descriptorCount, descriptors: values)
      guard environments.count > 0, environments.longest > 0 else { continue }
      let (inverse, rank, largest) = try span(environments)
      factors[element] = inverse
      coverage.append(
        Coverage(element: element, atoms: environments.count, rank: rank, largestGrade: largest))
    }
    guard !factors.isEmpty else { throw PotentialError("no atom for an active set of \(model.source)") }
    return (NEPActiveSet(model, factors: factors), coverage)
  }

  /// - Returns: the inverse as `factors` has it, `[place][number]`; how many places are filled; and the largest factor.
  private static func span(_ environments: Environments) throws -> ([Double], Int, Double) {
    let size = environments.size
    var chosen = MaxVol(size: size, floor: relativeFloor * environments.longest, tolerance: tolerance)
    let step = max(1, blockSize / size)
    let blocks = stride(from: 0, to: environments.count, by: step).map {
      $0..<min($0 + step, environments.count)
    }
    for _ in 0..<mostSweeps {
      var taken = 0
      for block in blocks {
        taken += try chosen.offer(environments.projections(block), first: block.lowerBound)
      }
      // With one block every factor has been looked at.
      if taken == 0 || blocks.count == 1 { break }
    }
    let filled = chosen.numbers.map { $0 != nil }
    var largest = 0.0
    for block in blocks {
      for (index, factor) in try chosen.factors(of: environments.projections(block)).enumerated()
      where filled[index % size] {
        largest = max(largest, abs(factor))
      }
    }
    let inverse = try chosen.finishedInverse()
    var factors = [Double](repeating: 0, count: size * size)
    for place in 0..<size where filled[place] {
      for k in 0..<size { factors[place * size + k] = inverse[k * size + place] }
    }
    return (factors, filled.count { $0 }, largest)
  }
}

/// The atoms of one element.
private struct Environments {
  let network: NEPModel.Network
  let descriptorCount: Int
  let descriptors: [Double]

  var count: Int { descriptors.count / descriptorCount }
  var size: Int { network.b0.count * (descriptorCount + 2) }

  /// `[atom][number]`.
  func projections(_ atoms: Range<Int>) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(atoms.count * size)
    for atom in atoms {
      network.appendProjection(
        descriptors[(atom * descriptorCount)..<((atom + 1) * descriptorCount)], to: &result)
    }
    return result
  }

  /// The length of the longest projection.
  var longest: Double {
    var largest = 0.0
    for atom in 0..<count {
      largest = max(largest, projections(atom..<(atom + 1)).reduce(0) { $0 + $1 * $1 })
    }
    return largest.squareRoot()
  }
}

extension NEPModel.Network {
  /// Appends the derivatives of an atom's energy by the parameters of its network: of each neuron those of w1 tanh(w0 q − b0) by
  /// the weights w0, by b0 and by w1.
  /// - Parameter q: descriptors, with the model's scaling.
  func appendProjection(_ q: ArraySlice<Double>, to result: inout [Double]) {
    for neuron in b0.indices {
      var argument = -b0[neuron]
      for (d, value) in q.enumerated() { argument += w0[neuron * q.count + d] * value }
      let x = tanh(argument)
      let slope = (1 - x * x) * w1[neuron]
      for value in q { result.append(slope * value) }
      result.append(-slope)
      result.append(x)
    }
  }
}
