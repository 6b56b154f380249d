import Decomposition
import Dynamics

/// The force constants of a cell by central differences: each atom is displaced both ways along each axis.
package struct FiniteDisplacements {
  /// Displacement, Å; the error is quadratic in it.
  package var step_A: Double

  package init(step_A: Double = 0.01) { self.step_A = step_A }

  /// The mass-weighted force constants −∂F/∂r / √(mᵢ mⱼ), eV/(Å² amu), by atom ids and axes: `[3 i + a][3 j + b]`.
  /// - Parameter simulation: at a minimum of the energy, on one rank.
  package func dynamicalMatrix(_ simulation: Simulation) throws -> [Double] {
    let forceEvaluator = simulation.forceEvaluator
    let domain = simulation.domain
    guard domain.communicator.size == 1 else {
      throw DecompositionError("finite displacements need one rank; found \(domain.communicator.size)")
    }
    // The displacement stays within the skin of these lists: so neither they nor the order of the atoms change.
    try forceEvaluator.rebuild()
    let count = domain.atoms.count
    let masses = domain.topology.typeOfAtom.map { domain.topology.masses_amu[Int($0)] }
    var matrix = [Double](repeating: 0, count: 9 * count * count)
    for atom in 0..<count {
      for axis in 0..<3 {
        let id = Int(domain.atoms.id[atom])
        let row = (3 * id + axis) * 3 * count
        for sign in [1.0, -1.0] {
          let before = domain.atoms.position[atom]
          domain.atoms.position[atom][axis] += sign * step_A
          guard try !forceEvaluator.rebuildIfNeeded() else {
            throw DecompositionError("a displacement of \(step_A) Å is too large for the neighbour lists")
          }
          _ = try forceEvaluator.evaluate([])
          for other in 0..<count {
            let force = domain.atoms.force[other]
            let column = 3 * Int(domain.atoms.id[other])
            for b in 0..<3 { matrix[row + column + b] -= sign * force[b] / (2 * step_A) }
          }
          domain.atoms.position[atom] = before
        }
        for other in 0..<count {
          let scale = 1 / (masses[id] * masses[other]).squareRoot()
          for b in 0..<3 { matrix[row + 3 * other + b] *= scale }
        }
      }
    }
    try forceEvaluator.rebuildIfNeeded()
    return matrix
  }
}
