import Decomposition
import Mathematics
import Model

/// The descriptors of atoms under a model, times its scaling, in double precision.
package final class NEPDescriptors {
  /// Numbers of an atom.
  package let count: Int
  private let kernel: NEPKernel<SIMD4<Double>>
  private let scaling: [Double]

  /// - Parameter species: elements, in the order of a topology's `species`.
  /// - Throws: `PotentialError` for an element that the model does not know.
  package init(_ model: NEPModel, species: [String]) throws {
    count = model.descriptorCount
    kernel = try NEPKernel(model, elements: species)
    scaling = model.scaling
  }

  /// Computes the descriptors of each own atom.
  /// - Parameters:
  ///   - rows, positions, types: as of ``NeuroevolutionPotential/compute(_:positions:types:forces:)``.
  ///   - speciesOfType: of a topology with the same `species`.
  ///   - body: receives the atom's descriptors, `count` numbers, which are valid during the call.
  package func forEachAtom(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    speciesOfType: [Int32], _ body: (UnsafeBufferPointer<Double>) -> Void
  ) {
    var scaled = scaling
    speciesOfType.withUnsafeBufferPointer { species in
      guard let base = species.baseAddress else { return }
      kernel.forEachEnvironment(rows, positions: positions, types: types, species: base) { _, values in
        for d in scaling.indices { scaled[d] = values[d] * scaling[d] }
        scaled.withUnsafeBufferPointer(body)
      }
    }
  }
}
