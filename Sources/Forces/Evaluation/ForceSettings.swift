import Mathematics
import Model
import NEP

/// What decides the forces and their accuracy.
package struct ForceSettings: Sendable {
  package var cutoff_A: Double
  /// Added to the cut-off in the neighbour lists, Å.
  package var skin_A: Double
  /// Added to the cut-off when the lists are pruned, Å.
  package var pruningMargin_A = 0.6
  /// R.m.s. force error of the Coulomb sum, relative to two unit charges 1 Å apart.
  package var coulombAccuracy: Double
  package var precision: Precision
  /// Splitting and mesh instead of those that follow from the accuracy.
  package var ewald: EwaldParameters?
  /// The model that gives all forces instead; `cutoff_A` is its own then.
  package var nep: NEPModel?

  /// The skin that is fastest for anions of boron and hydrogen, as measured: longer steps take atoms further
  /// between two looks at the lists.
  package static func skin_A(timestep_ps: Double) -> Double { min(4, 2 + 500 * max(timestep_ps, 0.001)) }

  /// - Parameters:
  ///   - skin_A: what suits the time step by itself.
  ///   - timestep_ps: between two evaluations of the pair forces.
  package init(
    cutoff_A: Double = 9, skin_A: Double? = nil, timestep_ps: Double = 0.001,
    coulombAccuracy: Double = 1e-4, precision: Precision = .mixed, ewald: EwaldParameters? = nil
  ) {
    self.cutoff_A = cutoff_A
    self.skin_A = skin_A ?? Self.skin_A(timestep_ps: timestep_ps)
    self.coulombAccuracy = coulombAccuracy
    self.precision = precision
    self.ewald = ewald
  }

  /// Forces of a NEP model on a structure of these elements.
  /// - Parameter skin_A: 1 Å by itself: what is listed beyond the cut-off costs time at every step.
  package init(
    nep model: NEPModel, elements: [String], skin_A: Double? = nil, precision: Precision = .mixed
  ) {
    self.init(cutoff_A: model.cutoff_A(of: elements), skin_A: skin_A ?? 1, precision: precision)
    nep = model
  }
}

/// What an evaluation of forces gives beside them.
package struct Wanted: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let energy = Wanted(rawValue: 1)
  package static let virial = Wanted(rawValue: 2)
  package static let all: Wanted = [.energy, .virial]
}

/// Energies of the whole cell, eV, and the virial −∂E/∂strain, eV.
package struct ForceResult: Sendable {
  package var bonded = 0.0
  package var shortRange = 0.0
  package var coulomb = 0.0
  /// Of a machine-learned potential, all of it.
  package var manyBodies = 0.0
  package var virial = Tensor3()
  /// Σ (r − R) ⊗ f about the centres of mass R of flexible molecules: their inner share of the virial.
  package var innerFlexible = Tensor3()
  /// The same of molecules that are held, whose constraint forces nobody knows.
  package var innerHeld = Tensor3()

  /// The virial of the centres of mass.
  package var molecularVirial: Tensor3 { virial - innerFlexible - innerHeld }
  /// The virial of atoms, and of the centres of molecules that are held.
  package var observedVirial: Tensor3 { virial - innerHeld }

  package init() {}

  package var potential: Double { bonded + shortRange + coulomb + manyBodies }
}
