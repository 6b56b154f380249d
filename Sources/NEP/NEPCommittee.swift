import Decomposition
import Mathematics

/// Energies and forces of the own atoms of a rank by one model or several, one atom after the other. Models with the same
/// cut-offs and basis share the neighbours of an atom and the functions of their places.
final class NEPCommittee<V: SIMDVector> {
  private let kernels: [NEPKernel<V>]

  /// - Throws: `PotentialError` for an element that a model does not know.
  init(_ models: [NEPModel], elements: [String]) throws {
    var kernels: [NEPKernel<V>] = []
    for model in models { kernels.append(try NEPKernel(model, elements: elements, sharing: kernels.last)) }
    self.kernels = kernels
  }

  var count: Int { kernels.count }

  /// Adds a factor times the forces that the own atoms' energies exert to all atoms, halo included.
  /// - Parameters:
  ///   - forces: eV/Å, `[model]`; one array for all adds them up.
  ///   - energies: of the own atoms, eV, `[model]`.
  func compute(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    species: UnsafePointer<Int32>, forces: [UnsafeMutablePointer<Vector3>], factor: Double,
    energies: UnsafeMutablePointer<Double>
  ) {
    for kernel in kernels {
      kernel.radial.reserve(rows.longest)
      kernel.angular.reserve(rows.longest)
    }
    let isSum = forces.count == 1
    for atom in 0..<rows.count {
      let type = Int(species[Int(types[atom])])
      for index in kernels.indices {
        let kernel = kernels[index]
        let isShared = kernel.sharesSurroundings
        let target = forces[isSum ? 0 : index]
        if !isShared { kernel.survey(rows, atom, type, positions) }
        energies[index] += kernel.repel(atom, type, positions, target, factor: factor)
        energies[index] += kernel.evaluateEnergy(type) - kernel.weights.bias_eV
        kernel.computeRadialForces(type, isAdded: isSum && isShared)
        kernel.computeAngularForces(isAdded: isSum && isShared)
        // The next model adds to the forces of the same neighbours.
        if isSum, index + 1 < kernels.count, kernels[index + 1].sharesSurroundings { continue }
        let radial = kernel.radial.scatter(target, factor: factor)
        target[atom] += radial + kernel.angular.scatter(target, factor: factor)
      }
    }
  }
}
