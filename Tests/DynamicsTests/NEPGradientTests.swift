import Forces
import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Forces
@testable import Mathematics
@testable import Model
@testable import NEP

extension Engine {
  /// The derivatives of energies, forces and virials by a model's parameters.
  @Suite struct NEPGradientTests {
    /// A loss that is linear in the energy, the forces and the virial.
    private struct LinearLoss {
      let energySlope: Double
      let forceSlopes: [Vector3]
      let virialSlope: Tensor3

      init(atoms: Int) {
        var random = SplitMix64(seed: 7)
        func number() -> Double { Double.random(in: -1...1, using: &random) }
        energySlope = number()
        forceSlopes = (0..<atoms).map { _ in Vector3(number(), number(), number()) }
        virialSlope = Tensor3((0..<9).map { _ in number() }[...])
      }

      func value(_ found: NEPGradient.Values) -> Double {
        let forces = zip(forceSlopes, found.forces_eV_A).reduce(0) { $0 + dot($1.0, $1.1) }
        let virial = zip(virialSlope.elements, found.virial_eV.elements).reduce(0) { $0 + $1.0 * $1.1 }
        return energySlope * found.energy_eV + forces + virial
      }
    }

    private static func frame(_ model: NEPModel) throws -> NEPFrame {
      let structure = sheared(try shaken("nabh4"))
      return try NEPFrame(
        cell: structure.cell, symbols: structure.elements, positions: structure.positions, model: model)
    }

    /// Central differences of four points; every kind of parameter, some of each.
    @Test(arguments: NEPTests.Kind.allCases)
    func derivativesAreThoseOfDifferences(_ kind: NEPTests.Kind) throws {
      let model = try kind.model()
      let frame = try Self.frame(model)
      let loss = LinearLoss(atoms: frame.atomCount)
      let gradient = try NEPGradient(model, precision: .double)
      gradient.addGradient(
        frame, energySlope: loss.energySlope, forceSlopes: loss.forceSlopes, virialSlope: loss.virialSlope)
      let found = gradient.derivatives
      #expect(found.count == model.parameterCount)
      let scale = (found.reduce(0) { $0 + $1 * $1 } / Double(found.count)).squareRoot()
      let step = 1e-3
      for index in stride(from: 0, to: found.count, by: max(1, found.count / 60)) {
        func shifted(_ shift: Double) -> Double {
          var parameters = model.parameters
          parameters[index] += shift
          gradient.update(model.replacing(parameters: parameters))
          return loss.value(gradient.evaluate(frame))
        }
        let near = shifted(step) - shifted(-step)
        let far = shifted(2 * step) - shifted(-2 * step)
        let wanted = (8 * near - far) / (12 * step)
        #expect(
          abs(found[index] - wanted) < 1e-6 * max(abs(wanted), scale), "\(index): \(found[index]) \(wanted)")
      }
    }

    /// The same loss along single directions: what a strain, one force and the energy give are added.
    @Test func mixedPrecisionAgrees() throws {
      let model = try NEPTests.Kind.fourBodies.model()
      let frame = try Self.frame(model)
      let loss = LinearLoss(atoms: frame.atomCount)
      let found = try [Precision.double, .mixed].map { precision in
        let gradient = try NEPGradient(model, precision: precision)
        for _ in 0..<2 {
          gradient.clear()
          gradient.addGradient(
            frame, energySlope: loss.energySlope, forceSlopes: loss.forceSlopes, virialSlope: loss.virialSlope
          )
        }
        return gradient.derivatives
      }
      let scale = (found[0].reduce(0) { $0 + $1 * $1 } / Double(found[0].count)).squareRoot()
      let error =
        (zip(found[0], found[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(found[0].count))
        .squareRoot()
      #expect(error < 1e-5 * scale, "\(error) of \(scale)")
    }

    /// Against the engine, which finds images and neighbours on its own.
    @Test func framesHaveTheEnginesForces() throws {
      let model = try NEPTests.Kind.repulsive.model()
      let structure = sheared(try shaken("nabh4"))
      let frame = try Self.frame(model)
      let gradient = try NEPGradient(model, precision: .double)
      let (network, repulsion) = (gradient.evaluate(frame), gradient.repulsion(frame))
      let wanted = try System(structure, nep: model).evaluate(
        ForceSettings(nep: model, elements: structure.elements, precision: .double))
      #expect(abs(network.energy_eV + repulsion.energy_eV - wanted.result.potential) < 1e-9)
      for (atom, force) in wanted.forces.enumerated() {
        #expect(length(network.forces_eV_A[atom] + repulsion.forces_eV_A[atom] - force) < 1e-9)
      }
      let virial = zip(network.virial_eV.elements, repulsion.virial_eV.elements).map { $0 + $1 }
      for (found, wanted) in zip(virial, wanted.result.virial.elements) {
        #expect(abs(found - wanted) < 1e-8)
      }
    }
  }
}
