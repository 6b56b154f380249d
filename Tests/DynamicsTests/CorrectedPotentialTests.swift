import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Forces
@testable import Mathematics
@testable import Model
@testable import NEP

extension Engine {
  /// A model that is added to the classical potential, and committees.
  @Suite struct CorrectedPotentialTests {
    private func model(seed: UInt64 = 1, depth_eV: Double = 0.5) throws -> NEPModel {
      var small = SmallNEP(["H", "Na", "B"])
      small.seed = seed
      small.depth_eV = depth_eV
      return try NEPModel(text: small.text, source: "nep.txt")
    }

    private func settings(
      _ structure: Structure, _ models: [NEPModel], isCorrection: Bool, precision: Precision = .double
    ) -> ForceSettings {
      var settings = ForceSettings(skin_A: 1.5, coulombAccuracy: 1e-8, precision: precision)
      settings.nep = NEPForces(models, elements: structure.elements, isCorrection: isCorrection)
      return settings
    }

    @Test(arguments: [Precision.double, .mixed])
    func isTheSumOfBoth(_ precision: Precision) throws {
      let structure = sheared(try shaken())
      let system = try System(structure)
      let both = try system.evaluate(
        settings(structure, [model()], isCorrection: true, precision: precision))
      var plain = settings(structure, [try model()], isCorrection: true, precision: precision)
      plain.nep = nil
      let classical = try system.evaluate(plain)
      let learned = try System(structure, nep: model()).evaluate(
        settings(structure, [model()], isCorrection: false, precision: precision))
      let rounding = precision == .double ? 1e-12 : 1e-6
      let sum = classical.result.potential + learned.result.potential
      #expect(abs(both.result.potential - sum) < rounding * abs(sum))
      let forces = zip(classical.forces, learned.forces).map { $0 + $1 }
      #expect(rmsDifference(both.forces, forces) < rounding * rms(forces))
      let virial = zip(classical.result.virial.elements, learned.result.virial.elements).map(+)
      #expect(largestDifference(both.result.virial.elements, virial) < rounding * 1e3)
      #expect(rms(learned.forces) > 0.01)
    }

    @Test func forcesAreTheGradient() throws {
      let structure = sheared(try shaken())
      let step = 1e-3
      let models = [try model()]
      let forces = try System(structure).evaluate(settings(structure, models, isCorrection: true)).forces
      for atom in stride(from: 0, to: structure.atomCount, by: 7) {
        let slope = try derivative(step) { shift in
          var moved = structure
          moved.positions[atom][atom % 3] += shift
          return try System(moved).evaluate(settings(moved, models, isCorrection: true)).result.potential
        }
        #expect(abs(slope + forces[atom][atom % 3]) < 1e-5 * max(1, rms(forces)), "atom \(atom)")
      }
    }

    @Test(arguments: [false, true])
    func committeeIsTheMeanOfItsModels(_ hasSameCutoffs: Bool) throws {
      let structure = sheared(try shaken("nabh4"))
      var models = try [1, 2, 3].map { try model(seed: $0) }
      if !hasSameCutoffs {
        var other = SmallNEP(["H", "Na", "B"])
        other.cutoff = "4.6 3.7 100 60"
        other.seed = 4
        models.insert(try NEPModel(text: other.text, source: "other.txt"), at: 1)
      }
      let each = try models.map {
        try System(structure, nep: $0).evaluate(settings(structure, [$0], isCorrection: false))
      }
      let together = try System(structure, nep: models[0]).evaluate(
        settings(structure, models, isCorrection: false))
      let count = Double(models.count)
      let energy = each.reduce(0) { $0 + $1.result.potential } / count
      #expect(abs(together.result.potential - energy) < 1e-12 * abs(energy))
      let mean = structure.positions.indices.map { i in each.reduce(Vector3()) { $0 + $1.forces[i] } / count }
      #expect(rmsDifference(together.forces, mean) < 1e-12 * rms(mean))
      let deviations = try self.deviations(structure, models, isCorrection: false)
      for i in structure.positions.indices {
        let square = each.reduce(0) { $0 + dot($1.forces[i] - mean[i], $1.forces[i] - mean[i]) } / count
        #expect(abs(deviations[i] - square.squareRoot()) < 1e-10 * max(1, rms(mean)))
      }
    }

    /// A base that all members share is no disagreement.
    @Test func baseAddsNoDeviation() throws {
      let structure = sheared(try shaken())
      let models = try [1, 2].map { try model(seed: $0) }
      let alone = try deviations(structure, models, isCorrection: false)
      let corrected = try deviations(structure, models, isCorrection: true)
      #expect(largestDifference(alone, corrected) < 1e-10)
      #expect((alone.max() ?? 0) > 0.01)
    }

    private func deviations(
      _ structure: Structure, _ models: [NEPModel], isCorrection: Bool
    ) throws -> [Double] {
      let topology = try System(structure).topology
      let evaluator = try ForceEvaluator(
        cell: structure.cell, topology: topology,
        settings: settings(structure, models, isCorrection: isCorrection), communicator: .alone())
      evaluator.domain.loadOwnMolecules(of: structure)
      try evaluator.rebuild()
      _ = try evaluator.evaluate(.all)
      let atoms = evaluator.domain.atoms
      let before = (0..<atoms.count).map { atoms.force[$0] }
      let found = try #require(try evaluator.modelDeviations_eV_per_A())
      #expect(before == (0..<atoms.count).map { atoms.force[$0] })
      var byId = [Double](repeating: .nan, count: atoms.count)
      for i in 0..<atoms.count { byId[Int(atoms.id[i])] = found[i] }
      return byId
    }
  }
}
