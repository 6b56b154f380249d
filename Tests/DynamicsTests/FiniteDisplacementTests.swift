import Dynamics
import Forces
import Foundation
import StructureScience
import Testing

extension Engine {
  @Suite struct FiniteDisplacementTests {
    /// Against second differences of the energy; symmetric, and invariant under a shift of all atoms.
    @Test func matrixIsTheHessian() throws {
      let system = try System(try shaken("nabh4", by: 0.02))
      let settings = ForceSettings(coulombAccuracy: 1e-8, precision: .double)
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.001)
      let matrix = try FiniteDisplacements(step_A: 0.003).dynamicalMatrix(simulation)
      let count = system.structure.atomCount
      #expect(matrix.count == 9 * count * count)
      let masses = system.topology.typeOfAtom.map { system.topology.masses_amu[Int($0)] }
      func entry(_ i: Int, _ a: Int, _ j: Int, _ b: Int) -> Double {
        matrix[(3 * i + a) * 3 * count + 3 * j + b] * (masses[i] * masses[j]).squareRoot()
      }
      let largest = (0..<count).map { abs(entry($0, 0, $0, 0)) }.max() ?? 0
      for (i, a, j, b) in [(0, 0, 0, 0), (2, 1, 2, 1), (0, 2, 5, 0), (3, 0, 4, 1), (11, 2, 1, 1)] {
        let h = 0.003
        func energy(_ x: Double, _ y: Double) throws -> Double {
          var moved = system
          moved.structure.positions[i][a] += x
          moved.structure.positions[j][b] += y
          return try moved.evaluate(settings).result.potential
        }
        let wanted = try (energy(h, h) - energy(h, -h) - energy(-h, h) + energy(-h, -h)) / (4 * h * h)
        // (h²/6) times fourth derivatives of some 1e4 eV/Å⁴ of the stiffest bonds, and twice that for i = j.
        #expect(abs(entry(i, a, j, b) - wanted) < 0.05 + 2e-3 * largest, "\(i) \(a) \(j) \(b)")
        #expect(abs(entry(i, a, j, b) - entry(j, b, i, a)) < 1e-3 * largest)
      }
      for i in 0..<count {
        let sum = (0..<count).reduce(0) { $0 + entry(i, 0, $1, 0) }
        #expect(abs(sum) < 1e-4 * largest)
      }
    }
  }
}
