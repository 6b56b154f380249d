import Crystal
import Forces
import Foundation
import Model
import Testing

extension Engine {
  /// Forces and virial against differences of the energy, five points: the error of the differences is
  /// h⁴·E⁗ ≈ 1e-12·10⁴, that of rounding 1e-12·|E|/h ≈ 1e-8.
  @Suite struct GradientTests {
    enum Terms: CaseIterable {
      case all, charges, pairs, bonded

      func forceField() throws -> ForceFieldFile {
        switch self {
        case .all: try .load(ForceFieldFile.builtInName)
        case .charges: try .only(charges: true)
        case .pairs: try .only(pairs: true)
        case .bonded: try .only(bonded: true)
        }
      }
    }

    @Test(arguments: Terms.allCases)
    func forcesAreTheGradient(_ terms: Terms) throws {
      let step = 1e-3
      let system = try System(sheared(shaken()), forceField: terms.forceField())
      let settings = try self.settings(system)
      let forces = try system.evaluate(settings).forces
      // Only atoms of which no pair crosses the cut-off.
      let near = try system.structure.contacts(within: 9 + 3 * step).filter { $0.distance_A > 9 - 3 * step }
      let atoms = forces.indices.filter { atom in !near.contains { $0.first == atom || $0.second == atom } }
      let elements = Set(atoms.map { system.structure.elements[$0] })
      try #require(elements == ["B", "H", "Na"] && atoms.count > 10)
      for (n, atom) in atoms.enumerated() {
        let k = n % 3
        let slope = try derivative(step) { shift in
          var moved = system
          moved.structure.positions[atom][k] += shift
          return try moved.evaluate(settings).result.potential
        }
        #expect(abs(slope + forces[atom][k]) < 2e-7 * max(1, rms(forces)), "atom \(atom), axis \(k)")
      }
    }

    @Test(arguments: Terms.allCases)
    func virialIsTheStrainDerivative(_ terms: Terms) throws {
      let step = 2e-5
      let system = try System(clearOfCutoff(by: 2.1 * step), forceField: terms.forceField())
      let settings = try self.settings(system)
      let virial = try system.evaluate(settings).result.virial.elements
      let largest = virial.map(abs).max() ?? 0
      for i in 0..<3 {
        for j in 0..<3 {
          let slope = try derivative(step) { strain in
            var matrix = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]
            matrix[i][j] += strain
            var moved = system
            moved.structure = system.structure.strained(matrix)
            return try moved.evaluate(settings).result.potential
          }
          // Rounding: 1e-12 eV in the energy over the step.
          #expect(abs(slope + virial[3 * i + j]) < 1e-6 * max(10, largest), "strain \(i)\(j)")
        }
      }
    }

    /// A configuration in which no pair is closer to the cut-off than a fraction of it.
    private func clearOfCutoff(by part: Double) throws -> Structure {
      for seed in 1...100 as ClosedRange<UInt64> {
        let structure = sheared(try shaken(seed: seed))
        let near = try structure.contacts(within: 9.01)
        if near.allSatisfy({ abs($0.distance_A - 9) > 9 * part }) { return structure }
      }
      throw NoConfiguration()
    }

    private struct NoConfiguration: Error {}

    /// The same splitting parameter and mesh for all strains.
    private func settings(_ system: System) throws -> ForceSettings {
      var settings = ForceSettings(coulombAccuracy: 1e-8, precision: .double)
      settings.ewald = try ForceEvaluator(
        cell: system.structure.cell, topology: system.topology, settings: settings, communicator: .alone()
      ).ewald
      return settings
    }

    private func derivative(_ h: Double, _ f: (Double) throws -> Double) rethrows -> Double {
      (8 * (try f(h) - f(-h)) - (try f(2 * h) - f(-2 * h))) / (12 * h)
    }
  }
}
