import Decomposition
import Mathematics
import Model

/// NEP models for the atoms of one rank: one, or the members of a committee.
package final class NeuroevolutionPotential {
  private enum Engine {
    case mixed(NEPCommittee<SIMD8<Float>>)
    case double(NEPCommittee<SIMD4<Double>>)
  }

  private let engine: Engine
  private let speciesOfType: [Int32]
  /// Of the own atoms in the last computation, eV, by model.
  package private(set) var energies_eV: [Double]

  /// - Parameters:
  ///   - precision: `mixed` computes the environment of one atom in single precision; positions, distance vectors and
  ///     all sums over atoms are double.
  /// - Throws: `PotentialError` for an element that a model does not know.
  package init(_ models: [NEPModel], topology: Topology, precision: Precision) throws {
    speciesOfType = topology.speciesOfType
    energies_eV = models.map { _ in 0 }
    engine =
      switch precision {
      case .mixed: .mixed(try NEPCommittee(models, elements: topology.species))
      case .double: .double(try NEPCommittee(models, elements: topology.species))
      }
  }

  /// Adds the forces that the energies of the own atoms exert to all atoms, halo included.
  /// - Parameters:
  ///   - positions: of own atoms and halo, Å; images in their places.
  ///   - forces: eV/Å, an array for each model, or one to which a factor times those of all models are added.
  package func compute(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    forces: [UnsafeMutablePointer<Vector3>], factor: Double = 1
  ) {
    speciesOfType.withUnsafeBufferPointer { species in
      energies_eV.withUnsafeMutableBufferPointer { energies in
        guard let species = species.baseAddress, let base = energies.baseAddress else { return }
        base.update(repeating: 0, count: energies.count)
        switch engine {
        case .mixed(let committee):
          committee.compute(
            rows, positions: positions, types: types, species: species, forces: forces, factor: factor,
            energies: base)
        case .double(let committee):
          committee.compute(
            rows, positions: positions, types: types, species: species, forces: forces, factor: factor,
            energies: base)
        }
      }
    }
  }
}
