import Crystal
import Potentials

/// What decides the forces and their accuracy.
public struct ForceSettings: Sendable {
  public var cutoff_A: Double
  /// Added to the cut-off in the neighbour lists, Å.
  public var skin_A: Double
  /// R.m.s. force error of the Coulomb sum, relative to two unit charges 1 Å apart.
  public var coulombAccuracy: Double
  public var precision: Precision
  /// Splitting and mesh instead of those that follow from the accuracy.
  public var ewald: EwaldParameters?

  public init(
    cutoff_A: Double = 9, skin_A: Double = 1.2, coulombAccuracy: Double = 1e-4, precision: Precision = .mixed,
    ewald: EwaldParameters? = nil
  ) {
    self.cutoff_A = cutoff_A
    self.skin_A = skin_A
    self.coulombAccuracy = coulombAccuracy
    self.precision = precision
    self.ewald = ewald
  }
}

/// Energies of the whole cell, eV, and the virial −∂E/∂strain, eV.
public struct ForceResult: Sendable {
  public var bonded = 0.0
  public var shortRange = 0.0
  public var coulomb = 0.0
  public var virial = Virial()

  public init() {}

  public var potential: Double { bonded + shortRange + coulomb }
}
