import Decomposition
import Foundation
import Mathematics
import Model

/// How far atoms are from the environments of a model's training set.
package final class NEPExtrapolation {
  private let kernel: NEPKernel<SIMD4<Double>>
  private let networks: [NEPModel.Network]
  private let scaling: [Double]
  /// Of each species of the structure.
  private let factors: [[Double]]
  private let speciesOfType: [Int32]

  /// - Throws: `PotentialError` for an element that the model does not know, or the active set does not have.
  package init(_ model: NEPModel, _ activeSet: NEPActiveSet, topology: Topology) throws {
    kernel = try NEPKernel(model, elements: topology.species)
    factors = try topology.species.map { element in
      guard let factors = activeSet.factors[element] else {
        throw PotentialError(
          "the active set has no \(element); it has \(activeSet.factors.keys.sorted().joined(separator: ", "))"
        )
      }
      return factors
    }
    networks = topology.species.map { model.network(of: model.elements.firstIndex(of: $0) ?? 0) }
    scaling = model.scaling
    speciesOfType = topology.speciesOfType
  }

  /// The extrapolation grade γ of each own atom: the largest factor with which an environment of the active set enters its
  /// projection. Above 1 the atom is outside of what the training set spans.
  /// - Parameters: as of ``NeuroevolutionPotential/compute(_:positions:types:forces:)``.
  package func grades(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>
  ) -> [Double] {
    var grades: [Double] = []
    var descriptors = scaling
    var projection: [Double] = []
    speciesOfType.withUnsafeBufferPointer { species in
      guard let base = species.baseAddress else { return }
      kernel.forEachEnvironment(rows, positions: positions, types: types, species: base) { species, values in
        for d in scaling.indices { descriptors[d] = values[d] * scaling[d] }
        projection.removeAll(keepingCapacity: true)
        networks[species].appendProjection(descriptors[...], to: &projection)
        grades.append(grade(projection, factors[species]))
      }
    }
    return grades
  }

  private func grade(_ projection: [Double], _ factors: [Double]) -> Double {
    let size = projection.count
    var largest = 0.0
    for row in 0..<size {
      var sum = 0.0
      for k in 0..<size { sum += factors[row * size + k] * projection[k] }
      largest = max(largest, abs(sum))
    }
    return largest
  }
}

extension NEPKernel {
  /// Computes the descriptors of each own atom, without the model's scaling.
  /// - Parameter body: receives the atom's species and its descriptors.
  func forEachEnvironment(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    species: UnsafePointer<Int32>, _ body: (Int, UnsafePointer<Number>) -> Void
  ) {
    radial.reserve(rows.longest)
    angular.reserve(rows.longest)
    for atom in 0..<rows.count {
      let type = Int(species[Int(types[atom])])
      survey(rows, atom, type, positions)
      computeRadialDescriptors(type)
      computeAngularDescriptors(type)
      body(type, UnsafePointer(scratch.descriptors))
    }
  }
}
