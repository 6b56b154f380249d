import Decomposition
import Mathematics
import Model

/// A NEP model for the atoms of one rank.
package final class NeuroevolutionPotential {
  private enum Engine {
    case mixed(NEPKernel<SIMD8<Float>>)
    case double(NEPKernel<SIMD4<Double>>)
  }

  private let engine: Engine
  private let speciesOfType: [Int32]

  /// - Parameters:
  ///   - precision: `mixed` computes the environment of one atom in single precision; positions, distance vectors and
  ///     all sums over atoms are double.
  /// - Throws: `PotentialError` for an element that the model does not know.
  package init(_ model: NEPModel, topology: Topology, precision: Precision) throws {
    speciesOfType = topology.speciesOfType
    engine =
      switch precision {
      case .mixed: .mixed(try NEPKernel(model, elements: topology.species))
      case .double: .double(try NEPKernel(model, elements: topology.species))
      }
  }

  /// Adds the forces that the energies of the own atoms exert to all atoms, halo included.
  /// - Parameters:
  ///   - positions: of own atoms and halo, Å; images in their places.
  ///   - forces: eV/Å.
  /// - Returns: the energy of the own atoms, eV.
  package func compute(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    forces: UnsafeMutablePointer<Vector3>
  ) -> Double {
    speciesOfType.withUnsafeBufferPointer { species in
      guard let species = species.baseAddress else { return 0 }
      switch engine {
      case .mixed(let kernel):
        return kernel.compute(rows, positions: positions, types: types, species: species, forces: forces)
      case .double(let kernel):
        return kernel.compute(rows, positions: positions, types: types, species: species, forces: forces)
      }
    }
  }
}
