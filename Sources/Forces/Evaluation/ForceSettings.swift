import Model
import NEP

/// The potential and the accuracy of its evaluation.
package struct ForceSettings: Sendable {
  package var cutoff_A: Double
  /// Added to the cut-off in the neighbour lists, Å.
  package var skin_A: Double
  /// Added to the cut-off when the lists are pruned, Å.
  package var pruningMargin_A = 0.6
  /// The range of the neighbour lists, Å.
  package var listRange_A: Double { cutoff_A + skin_A }
  /// R.m.s. force error of the Coulomb sum, relative to two unit charges 1 Å apart.
  package var coulombAccuracy: Double
  package var precision: Precision
  /// Splitting and mesh instead of those that follow from the accuracy.
  package var ewald: EwaldParameters?
  /// A NEP model instead of the classical potential; `cutoff_A` is then that of the model.
  package var nep: NEPModel?

  /// The fastest skin for anions of boron and hydrogen, as measured: with longer steps atoms move further between two
  /// checks of the lists.
  package static func skin_A(timestep_ps: Double) -> Double { min(4, 2 + 500 * max(timestep_ps, 0.001)) }

  /// - Parameters:
  ///   - skin_A: nil chooses it by the time step.
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
  /// - Parameter skin_A: nil is 1 Å: neighbours listed beyond the cut-off cost time at every step.
  package init(
    nep model: NEPModel, elements: [String], skin_A: Double? = nil, precision: Precision = .mixed
  ) {
    self.init(cutoff_A: model.cutoff_A(of: elements), skin_A: skin_A ?? 1, precision: precision)
    nep = model
  }
}
