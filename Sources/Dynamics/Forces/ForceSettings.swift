import Crystal
import Potentials

/// What decides the forces and their accuracy.
public struct ForceSettings: Sendable {
  public var cutoff_A: Double
  /// Added to the cut-off in the neighbour lists, Å.
  public var skin_A: Double
  /// Added to the cut-off when the lists are pruned, Å.
  public var pruningMargin_A = 0.6
  /// R.m.s. force error of the Coulomb sum, relative to two unit charges 1 Å apart.
  public var coulombAccuracy: Double
  public var precision: Precision
  /// Splitting and mesh instead of those that follow from the accuracy.
  public var ewald: EwaldParameters?
  /// The model that gives all forces instead; `cutoff_A` is its own then.
  public var nep: NEPModel?

  /// The skin that is fastest for anions of boron and hydrogen, as measured: longer steps take atoms further
  /// between two looks at the lists.
  public static func skin_A(timestep_ps: Double) -> Double { min(4, 2 + 500 * max(timestep_ps, 0.001)) }

  /// - Parameters:
  ///   - skin_A: what suits the time step by itself.
  ///   - timestep_ps: between two evaluations of the pair forces.
  public init(
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
  public init(
    nep model: NEPModel, elements: [String], skin_A: Double? = nil, precision: Precision = .mixed
  ) {
    self.init(cutoff_A: model.cutoff_A(of: elements), skin_A: skin_A ?? 1, precision: precision)
    nep = model
  }
}

/// What an evaluation of forces gives beside them.
public struct Wanted: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let energy = Wanted(rawValue: 1)
  public static let virial = Wanted(rawValue: 2)
  public static let all: Wanted = [.energy, .virial]
}

/// Energies of the whole cell, eV, and the virial −∂E/∂strain, eV.
public struct ForceResult: Sendable {
  public var bonded = 0.0
  public var shortRange = 0.0
  public var coulomb = 0.0
  /// Of a machine-learned potential, all of it.
  public var manyBodies = 0.0
  public var virial = Virial()
  /// Σ (r − R) ⊗ f about the centres of mass R of flexible molecules: their inner share of the virial.
  public var innerFlexible = Virial()
  /// The same of molecules that are held, whose constraint forces nobody knows.
  public var innerHeld = Virial()

  /// The virial of the centres of mass.
  public var molecularVirial: Virial { virial - innerFlexible - innerHeld }
  /// The virial of atoms, and of the centres of molecules that are held.
  public var observedVirial: Virial { virial - innerHeld }

  public init() {}

  public var potential: Double { bonded + shortRange + coulomb + manyBodies }
}
