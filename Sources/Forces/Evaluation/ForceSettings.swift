import EngineSocket
import Model
import NEP

/// Machine-learned forces: one model, or a committee.
package struct NEPForces: Sendable {
  /// Those of a committee are evaluated side by side.
  package var models: [NEPModel]
  /// The largest cut-off of any pair of the structure's elements, Å.
  package var cutoff_A: Double
  /// Whether they are added to the classical potential: E = E_classical + E_NEP.
  package var isCorrection: Bool
  /// What drives the atoms where there are several models.
  package var drive: CommitteeDrive
  /// The environments of the only model's training set, from which extrapolation grades follow; nil for none.
  package var activeSet: NEPActiveSet?

  /// - Parameter elements: of the structure.
  package init(
    _ models: [NEPModel], elements: [String], isCorrection: Bool = false, drive: CommitteeDrive = .mean,
    activeSet: NEPActiveSet? = nil
  ) {
    self.models = models
    cutoff_A = models.reduce(0) { max($0, $1.cutoff_A(of: elements)) }
    self.isCorrection = isCorrection
    self.drive = drive
    self.activeSet = activeSet
  }
}

/// Forces that are evaluated more often than the whole potential: r-RESPA with a reference force, Tuckerman, Berne and
/// Martyna, J. Chem. Phys. 97, 1990 (1992).
///
/// The reference drives the short steps; the difference of the whole potential and the reference acts once a step. What
/// is sampled is the whole potential.
package struct ReferenceForces: Sendable {
  package enum Potential: Sendable {
    /// The classical potential, whose bonded terms are evaluated at each of the short steps.
    case classical
    case nep(NEPForces)
  }

  package var potential: Potential
  /// How often in a step its forces but for the bonded terms are evaluated. Once is not at all: at the end of a step
  /// they cancel.
  package var evaluations: Int

  package init(_ potential: Potential, evaluations: Int) {
    self.potential = potential
    self.evaluations = max(evaluations, 1)
  }
}

/// The potential and the accuracy of its evaluation.
package struct ForceSettings: Sendable {
  /// Of the pairs of the classical potential, Å.
  package var cutoff_A: Double
  /// Added to the cut-offs in the neighbour lists, Å.
  package var skin_A: Double
  /// Added to the cut-off when the lists are pruned, Å.
  package var pruningMargin_A = 0.6
  /// R.m.s. force error of the Coulomb sum, relative to two unit charges 1 Å apart.
  package var coulombAccuracy: Double
  package var precision: Precision
  /// Splitting and mesh instead of those that follow from the accuracy.
  package var ewald: EwaldParameters?
  /// How the ranks divide the mesh, instead of what costs them least.
  package var meshLayout: MeshLayout?
  /// Machine-learned forces instead of the classical potential, or added to it.
  package var nep: NEPForces?
  /// An engine behind a socket instead of all others. `cutoff_A` and `skin_A` then say only when atoms change their rank.
  package var driver: EngineSession?
  /// Forces that are evaluated more often, for a multiple timestep; nil for none but the bonded terms of the potential.
  package var reference: ReferenceForces?

  /// The longest cut-off of any potential, Å.
  package var longestCutoff_A: Double {
    var longest = nep == nil || nep?.isCorrection == true ? cutoff_A : 0
    longest = max(longest, nep?.cutoff_A ?? 0)
    switch reference?.potential {
    case nil: break
    // Bonded terms have no cut-off.
    case .classical: if let reference, reference.evaluations > 1 { longest = max(longest, cutoff_A) }
    case .nep(let forces): longest = max(longest, forces.cutoff_A)
    }
    return longest
  }
  /// The range of the halo and of the longest neighbour list, Å.
  package var listRange_A: Double { longestCutoff_A + skin_A }

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

  /// Forces of one NEP model by itself on a structure of these elements.
  /// - Parameter skin_A: nil is 1 Å: neighbours listed beyond the cut-off cost time at every step.
  package init(
    nep model: NEPModel, elements: [String], skin_A: Double? = nil, precision: Precision = .mixed
  ) {
    self.init(skin_A: skin_A ?? 1, precision: precision)
    nep = NEPForces([model], elements: elements)
  }

  /// Forces of an engine behind a socket.
  package init(driver session: EngineSession) {
    self.init(cutoff_A: 0.1, skin_A: 2, precision: .double)
    driver = session
  }
}
